// C-IDT-07: the ID token has another nonce than the one that was sent, or none at all.
import { attempt, verdict } from './org.mjs';

const other = await attempt({ idToken: ({ claims }) => { if (claims.nonce) claims.nonce = 'somebody-elses'; } });
const none = await attempt({ idToken: ({ claims }) => { delete claims.nonce; } });
verdict(
  Boolean(other.org.started.nonce && other.tokens && none.tokens),
  'signs in although the ID token does not have the nonce that was sent',
  `sent ${other.org.started.nonce?.slice(0, 8)}…, got ${other.tokens?.idToken?.claims?.nonce}`,
);
