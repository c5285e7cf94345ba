// C-REF-06: the ID token of a refresh is about somebody else.
import { attempt, verdict } from './org.mjs';

const { auth } = await attempt({
  idToken: ({ claims }, { body }) => { if (body.grant_type === 'refresh_token') claims.sub = 'somebody-else'; },
});
await auth.tokenManager.renew('accessToken');
const { sub } = auth.tokenManager.getTokensSync().idToken.claims;
verdict(sub === 'somebody-else', 'goes on as another person after a refresh', `sub ${sub}`);
