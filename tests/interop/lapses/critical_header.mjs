// C-IDT-14: the header has a critical extension that nobody knows.
import { attempt, verdict } from './org.mjs';

const { tokens } = await attempt({ idToken: ({ header }) => { Object.assign(header, { crit: ['x-odd'], 'x-odd': 1 }); } });
verdict(Boolean(tokens), 'signs in although the ID token has an unknown critical extension');
