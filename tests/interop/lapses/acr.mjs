// C-IDT-18: acr_values asked for a password; the ID token says something else, or nothing.
import { attempt, verdict } from './org.mjs';

const asked = { params: { acrValues: 'urn:okta:loa:1fa:pwd' } };
const other = await attempt({ idToken: ({ claims }) => { claims.acr = 'urn:okta:loa:0fa:any'; } }, asked);
const none = await attempt({}, asked);
verdict(
  Boolean(other.org.started.acr_values && other.tokens && none.tokens),
  'signs in although acr_values was asked for and is not met',
);
