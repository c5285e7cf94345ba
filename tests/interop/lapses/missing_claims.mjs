// C-IDT-15: the ID token has no sub, no iat or no exp.
import { attempt, verdict } from './org.mjs';

const accepted = [];
for (const claim of ['sub', 'iat', 'exp']) {
  const { tokens } = await attempt({ idToken: ({ claims }) => { delete claims[claim]; } });
  if (tokens) accepted.push(claim);
}
verdict(accepted.length === 3, 'signs in although a required claim is missing', `without ${accepted.join(', ')}`);
