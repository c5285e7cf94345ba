// Revokes both tokens, after which introspection calls them dead and userinfo turns the access token away.
import { client, refusal, report, signedIn } from './client.mjs';

const auth = client();
const { accessToken, idToken, refreshToken } = await signedIn(auth);
const before = await auth.token.introspect('accessToken', accessToken);
await auth.revokeAccessToken();
await auth.revokeRefreshToken();
report({
  before,
  access: await auth.token.introspect('accessToken', accessToken),
  refresh: await auth.token.introspect('refreshToken', refreshToken),
  userinfo: await refusal(auth.token.getUserInfo(accessToken, idToken)),
});
