// Signs in where identifier and password are asked on one page.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const first = await auth.idx.start();
const { login: username, password } = settings;
const second = await auth.idx.proceed({ step: 'identify', username, password });
report([first, second].map(seen));
