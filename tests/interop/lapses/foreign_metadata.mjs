// C-CFG-04: the metadata, and the ID token, are those of another issuer than the one configured.
import { attempt, verdict } from './org.mjs';

const foreign = 'https://somebody-else.example/oauth2/default';
const { tokens, auth } = await attempt({
  metadata: (document) => { document.issuer = foreign; },
  idToken: ({ claims }) => { claims.iss = foreign; },
});
verdict(Boolean(tokens), 'signs in although the metadata names another issuer', `configured ${auth.options.issuer}`);
