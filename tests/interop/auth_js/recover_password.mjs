// Recovers the password with idx.recoverPassword and the code from a mail; after that the old one is no good.
import { client, report, seen, sentCode, settings } from './client.mjs';

const legacy = { idx: { enableLegacyMode: true } };
const auth = client(legacy);
const pages = [await auth.idx.recoverPassword({ username: settings.login, authenticator: 'okta_email' })];
pages.push(await auth.idx.recoverPassword({ methodType: 'email' }));
pages.push(await auth.idx.recoverPassword({ verificationCode: await sentCode() }));
pages.push(await auth.idx.recoverPassword({ password: settings.newPassword }));

const signIn = (password) => client(legacy).idx.authenticate({ username: settings.login, password });
const old = await signIn(settings.password);
const again = await signIn(settings.newPassword);
report({ pages: pages.map(seen), old: seen(old), again: seen(again) });
