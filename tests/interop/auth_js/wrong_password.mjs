// Mistypes the password, reads the message, and signs in with the right one on the same transaction.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
await auth.idx.start();
const asked = await auth.idx.proceed({ step: 'identify', username: settings.login });
const refused = await auth.idx.proceed({ step: 'challenge-authenticator', password: 'not-the-password' });
const done = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
report([asked, refused, done].map(seen));
