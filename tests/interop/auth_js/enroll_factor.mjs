// Signs in with a password, enrols the factor that settings.factor names, and signs in with both.
import { prove } from './answers.mjs';
import { client, report, seen, settings } from './client.mjs';

async function proveTheSecond() {
  const auth = client();
  await auth.idx.start();
  await auth.idx.proceed({ step: 'identify', username: settings.login });
  const proved = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
  const pages = await prove(auth, proved, settings.factor);
  return pages.map(seen);
}

report({ enrolling: await proveTheSecond(), verifying: await proveTheSecond() });
