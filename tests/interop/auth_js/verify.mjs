// Lets the SDK verify the ID token, as it came and with one character of its signature changed.
import { client, refusal, report, settings, signedIn } from './client.mjs';

const auth = client();
const { idToken, accessToken } = await signedIn(auth);
const expected = { issuer: settings.issuer, clientId: settings.clientId, accessToken: accessToken.accessToken };

const [header, payload, signature] = idToken.idToken.split('.');
const changed = signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
const forged = { ...idToken, idToken: [header, payload, changed].join('.') };

report({
  genuine: await refusal(auth.token.verify(idToken, expected)),
  forged: await refusal(auth.token.verify(forged, expected)),
  otherClient: await refusal(auth.token.verify(idToken, { ...expected, clientId: 'somebody-else' })),
  header: auth.token.decode(idToken.idToken).header,
  access: auth.token.decode(accessToken.accessToken),
});
