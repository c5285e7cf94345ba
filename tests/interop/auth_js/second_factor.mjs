// Signs in with a password, then with the second factor that settings.factor names.
import { prove } from './answers.mjs';
import { client, report, seen, settings } from './client.mjs';

const auth = client();
await auth.idx.start();
await auth.idx.proceed({ step: 'identify', username: settings.login });
const proved = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
report((await prove(auth, proved, settings.factor)).map(seen));
