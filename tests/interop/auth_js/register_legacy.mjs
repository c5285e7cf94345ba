// Registers a new user with idx.register, which fills in whatever page it has the answers for.
import { client, refusal, report, seen, settings } from './client.mjs';

const auth = client({ idx: { enableLegacyMode: true } });
const pages = [];
const refused = await refusal((async () => {
  pages.push(await auth.idx.register(settings.profile));
  pages.push(await auth.idx.register({ authenticator: 'okta_password', password: settings.password }));
  pages.push(await auth.idx.register({ skip: true }));
})());
report({ pages: pages.map(seen), refused });
