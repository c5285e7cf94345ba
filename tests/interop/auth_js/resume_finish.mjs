// Goes on in another process with what the first one stored.
import { refusal, report, seen, settings } from './client.mjs';
import { storedClient } from './stored.mjs';

const auth = storedClient();
const pages = [];
const refused = await refusal((async () => {
  pages.push(await auth.idx.proceed({ autoRemediate: false }));
  pages.push(await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password }));
})());
report({ pages: pages.map(seen), refused });
