// Signs in half way and ends, as a web app does that is started anew while a user looks at the password page.
import { report, seen, settings } from './client.mjs';
import { storedClient } from './stored.mjs';

const auth = storedClient();
const first = await auth.idx.start();
const asked = await auth.idx.proceed({ step: 'identify', username: settings.login });
report([first, asked].map(seen));
