// Unlocks the account with idx.unlockAccount and the code from a mail; only after that the password is any good.
import { client, refusal, report, seen, sentCode, settings } from './client.mjs';

const { login: username, password } = settings;
const legacy = { idx: { enableLegacyMode: true } };
const before = await client(legacy).idx.authenticate({ username, password });

const auth = client(legacy);
const pages = [];
const refused = await refusal((async () => {
  pages.push(await auth.idx.unlockAccount({ username, authenticator: 'okta_email', methodType: 'email' }));
  pages.push(await auth.idx.unlockAccount({ verificationCode: await sentCode() }));
})());

const again = await client(legacy).idx.authenticate({ username, password });
report({ before: seen(before), pages: pages.map(seen), refused, again: seen(again) });
