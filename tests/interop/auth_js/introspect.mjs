// Asks the authorization server about each kind of token.
import { client, report, signedIn } from './client.mjs';

const auth = client();
const tokens = await signedIn(auth);
report({
  access: await auth.token.introspect('accessToken', tokens.accessToken),
  id: await auth.token.introspect('idToken', tokens.idToken),
  refresh: await auth.token.introspect('refreshToken', tokens.refreshToken),
  claims: tokens.idToken.claims,
});
