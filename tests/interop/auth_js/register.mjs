// Registers a new user step by step: profile, password, then the phone or, with settings.skip, nothing more.
import { prove } from './answers.mjs';
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const pages = [await auth.idx.start()];
const see = async (page) => pages.push(await page);
const last = () => pages.at(-1);

await see(auth.idx.proceed({ step: 'select-enroll-profile' }));
await see(auth.idx.proceed({ step: 'enroll-profile', userProfile: settings.profile }));
pages.push(...(await prove(auth, last(), { authenticator: 'okta_password' })).slice(1));
if (settings.skip) {
  await see(auth.idx.proceed({ step: 'skip' }));
} else {
  const phone = { authenticator: 'phone_number', methodType: 'sms', phoneNumber: '+15555550123' };
  pages.push(...(await prove(auth, last(), phone)).slice(1));
}
report(pages.map(seen));
