// Asks for the code a second time: the first one is no good after that, the second one is.
import { client, sentCode, report, seen, settings } from './client.mjs';

const auth = client();
await auth.idx.start();
await auth.idx.proceed({ step: 'identify', username: settings.login });
const proved = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
const mailed = await auth.idx.proceed({ step: proved.nextStep.name, authenticator: 'okta_email', methodType: 'email' });
const firstCode = await sentCode();
const again = await auth.idx.proceed({ resend: true });
const secondCode = await sentCode();
const refused = await auth.idx.proceed({ step: 'challenge-authenticator', verificationCode: firstCode });
const done = await auth.idx.proceed({ step: 'challenge-authenticator', verificationCode: secondCode });
report({ codes: [firstCode, secondCode], pages: [mailed, again, refused, done].map(seen) });
