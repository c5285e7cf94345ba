// C-REF-03: a refresh brings no new refresh token, so that the old one stays good.
import { attempt, verdict } from './org.mjs';

const { auth } = await attempt({
  tokenReply: (reply, { body }) => { if (body.grant_type === 'refresh_token') delete reply.refresh_token; },
});
const before = auth.tokenManager.getTokensSync().refreshToken?.refreshToken;
await auth.tokenManager.renew('accessToken');
const after = auth.tokenManager.getTokensSync().refreshToken?.refreshToken;
verdict(Boolean(before) && after === undefined, 'drops the refresh token when it gets no other');
