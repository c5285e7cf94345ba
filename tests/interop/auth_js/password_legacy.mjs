// Signs in with one call of idx.authenticate, as programs written for okta-auth-js 5 to 7 do.
import { client, refusal, report, seen, settings } from './client.mjs';

const { login: username, password } = settings;
const refused = await refusal(client().idx.authenticate({ username, password }));
const done = await client({ idx: { enableLegacyMode: true } }).idx.authenticate({ username, password });
report({ refused, done: seen(done) });
