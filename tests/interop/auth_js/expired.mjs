// Answers after the transaction's time is up, while the program kept running.
import { client, report, seen, settings } from './client.mjs';

const auth = client();
await auth.idx.start();
await auth.idx.proceed({ step: 'identify', username: settings.login });
await fetch(settings.clock, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ advance_s: 7201 }),
});
report(seen(await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password })));
