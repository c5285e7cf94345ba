// Gives up half way, and begins anew on another transaction.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
const first = await auth.idx.start();
await auth.idx.proceed({ step: 'identify', username: settings.login });
const canceled = await auth.idx.cancel();
const left = auth.idx.getSavedTransactionMeta() ?? null;
const anew = await auth.idx.start();
report({ pages: [first, canceled, anew].map(seen), left });
