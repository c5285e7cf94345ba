// C-CFG-05: tokens that name unknown keys have the keys fetched each time.
import { Org, clientOf, verdict } from './org.mjs';

const org = await new Org({ idToken: ({ header }) => { header.kid = 'unknown'; } }).listen();
const auth = clientOf(org.issuer);
for (let count = 0; count < 5; count += 1) {
  await auth.idx.startTransaction();
  await auth.idx.proceed({ step: 'identify', identifier: 'mary', credentials: { passcode: 'x' } }).catch(() => {});
}
const fetched = org.to('/keys').length;
verdict(fetched >= 5, 'fetches the keys for every token with an unknown key', `${fetched} times in five sign-ins`);
