// Renews the tokens twice; each time the refresh token is replaced.
import { client, refusal, report, signedIn } from './client.mjs';

const auth = client();
const rounds = [await signedIn(auth)];

async function renew() {
  const tokens = await auth.token.renewTokens();
  auth.tokenManager.setTokens(tokens);
  rounds.push(tokens);
}

const refused = (await refusal(renew())) ?? (await refusal(renew()));
report({
  refused,
  accessTokens: rounds.map(({ accessToken }) => accessToken.accessToken),
  refreshTokens: rounds.map(({ refreshToken }) => refreshToken.refreshToken),
  subjects: rounds.map(({ idToken }) => idToken.claims.sub),
});
