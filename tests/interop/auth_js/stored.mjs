// A client whose transaction outlives the process: a web app has a session for that, here it is the file settings.session.
// It doesn't store the org's last answer, so every step begins with introspect.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { client, settings } from './client.mjs';

const read = () => (existsSync(settings.session) ? JSON.parse(readFileSync(settings.session, 'utf8')) : {});
const write = (session) => writeFileSync(settings.session, JSON.stringify(session));

const storageProvider = {
  getItem: (key) => read()[key] ?? null,
  setItem: (key, value) => write({ ...read(), [key]: value }),
  removeItem: (key) => write({ ...read(), [key]: undefined }),
};

export const storedClient = () => client({
  storageManager: { transaction: { storageProvider } },
  transactionManager: { enableSharedStorage: false, saveLastResponse: false },
});
