// Mistypes the mailed code, reads the message, and signs in with the right one on the same transaction.
import { client, sentCode, report, seen, settings } from './client.mjs';

const auth = client();
await auth.idx.start();
await auth.idx.proceed({ step: 'identify', username: settings.login });
const proved = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
await auth.idx.proceed({ step: proved.nextStep.name, authenticator: 'okta_email', methodType: 'email' });
const code = await sentCode();
const wrong = code.replace(/^./, (digit) => (Number(digit) + 1) % 10);
const refused = await auth.idx.proceed({ step: 'challenge-authenticator', verificationCode: wrong });
const done = await auth.idx.proceed({ step: 'challenge-authenticator', verificationCode: code });
report([refused, done].map(seen));
