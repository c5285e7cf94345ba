// Signs in with a password, then the code from a mail.
import { client, sentCode, report, seen, settings } from './client.mjs';

const auth = client();
const pages = [await auth.idx.start()];
pages.push(await auth.idx.proceed({ step: 'identify', username: settings.login }));
pages.push(await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password }));
pages.push(await auth.idx.proceed({ step: pages.at(-1).nextStep.name, authenticator: 'okta_email', methodType: 'email' }));
pages.push(await auth.idx.proceed({ step: 'challenge-authenticator', verificationCode: await sentCode() }));
report(pages.map(seen));
