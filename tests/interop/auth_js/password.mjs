// Signs in identifier first, step by step: the way that okta-auth-js 8 documents.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const first = await auth.idx.start();
const second = await auth.idx.proceed({ step: 'identify', username: settings.login });
const third = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
report([first, second, third].map(seen));
