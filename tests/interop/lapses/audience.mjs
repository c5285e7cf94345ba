// C-IDT-03: the ID token is for another client as well, or was issued to another one.
import { attempt, verdict } from './org.mjs';

const extra = await attempt({ idToken: ({ claims }) => { claims.aud = [claims.aud, '0oaOTHER']; } });
const party = await attempt({ idToken: ({ claims }) => { claims.azp = '0oaOTHER'; } });
verdict(Boolean(extra.tokens && party.tokens), 'signs in although the ID token is meant for others too');
