// Signs in with one call of idx.authenticate, as programs written for okta-auth-js 5 to 7 do.
import { client, report, seen, settings } from './client.mjs';

const auth = client({ idx: { enableLegacyMode: true } });
report([seen(await auth.idx.authenticate({ username: settings.login, password: settings.password }))]);
