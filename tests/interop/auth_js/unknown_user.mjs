// Types a name that nobody has, reads the message, and signs in with the right one on the same transaction.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const first = await auth.idx.start();
const refused = await auth.idx.proceed({ step: 'identify', username: 'nobody@example.com' });
const asked = await auth.idx.proceed({ step: 'identify', username: settings.login });
report([first, refused, asked].map(seen));
