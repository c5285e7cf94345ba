// C-IDT-17: max_age was ten minutes; the sign-in was two hours ago, or the ID token does not say when.
import { attempt, verdict } from './org.mjs';

const asked = { params: { maxAge: 600 } };
const old = await attempt({ idToken: ({ claims }) => { claims.auth_time -= 7200; } }, asked);
const none = await attempt({ idToken: ({ claims }) => { delete claims.auth_time; } }, asked);
verdict(
  old.org.started.max_age === '600' && Boolean(old.tokens && none.tokens),
  'signs in although max_age was asked for and is not kept',
);
