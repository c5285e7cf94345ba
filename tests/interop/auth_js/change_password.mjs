// Signs in with a password that has to be changed, or soon will have to be: changes it or, with settings.skip, does not.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const pages = [await auth.idx.start()];
pages.push(await auth.idx.proceed({ step: 'identify', username: settings.login }));
pages.push(await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password }));
const step = settings.skip ? 'skip' : pages.at(-1).nextStep.name;
pages.push(await auth.idx.proceed({ step, newPassword: settings.newPassword }));
report(pages.map(seen));
