// A client of the SDK for one request. What it remembers, transaction and tokens, it keeps in that user's session.
import { OktaAuth } from '@okta/okta-auth-js';

export const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

export const redirectUri = ({ origin }) => `${origin}/login/callback`;

export function authClient(settings, session) {
  const storageProvider = {
    getItem: (key) => session[key] ?? null,
    setItem: (key, value) => { session[key] = value; },
    removeItem: (key) => { delete session[key]; },
  };
  return new OktaAuth({
    issuer: settings.issuer,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    redirectUri: redirectUri(settings),
    postLogoutRedirectUri: settings.origin,
    scopes: SCOPES,
    storageManager: { token: { storageProvider }, transaction: { storageProvider } },
    transactionManager: { enableSharedStorage: false },
  });
}
