// Polls while the mail is on its way: the page stays, and the code still works afterwards.
import { client, sentCode, report, seen, settings } from './client.mjs';

const auth = client();
await auth.idx.start();
await auth.idx.proceed({ step: 'identify', username: settings.login });
const proved = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
const mailed = await auth.idx.proceed({ step: proved.nextStep.name, authenticator: 'okta_email', methodType: 'email' });
const action = mailed.availableSteps.find(({ name }) => name.endsWith('-poll'));
const polled = await auth.idx.proceed({ actions: [action.name] });
const done = await auth.idx.proceed({ step: 'challenge-authenticator', verificationCode: await sentCode() });
report({ action: action.name, pages: [mailed, polled, done].map(seen) });
