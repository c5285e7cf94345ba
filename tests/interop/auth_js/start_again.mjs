// Starts a second time half way: that is another transaction.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const first = await auth.idx.start();
const asked = await auth.idx.proceed({ step: 'identify', username: settings.login });
const anew = await auth.idx.start();
report([first, asked, anew].map(seen));
