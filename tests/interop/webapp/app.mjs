// The routes.
import { createRequire } from 'node:module';
import path from 'node:path';
import express from 'express';
import { authClient, redirectUri, SCOPES } from './auth_client.mjs';
import { errorPage, loginPage, profilePage, welcomePage } from './pages.mjs';
import { endSession, renewSession, withSession } from './sessions.mjs';

const WIDGET = path.dirname(createRequire(import.meta.url).resolve('@okta/okta-signin-widget/package.json'));

export function createApp(settings) {
  const app = express();
  app.disable('x-powered-by');
  app.use('/sdk', express.static(path.join(WIDGET, 'dist')));
  app.use(withSession);

  app.get('/', async (req, res) => {
    const auth = authClient(settings, req.session);
    const { accessToken, idToken } = auth.tokenManager.getTokensSync();
    if (!accessToken) {
      res.send(welcomePage());
      return;
    }
    // The SDK adds the headers of the reply to what it returns.
    const { headers, ...userinfo } = await auth.token.getUserInfo(accessToken, idToken);
    res.send(profilePage(userinfo));
  });

  app.get('/login', async (req, res) => {
    const auth = authClient(settings, req.session);
    const meta = await auth.idx.getTransactionMeta({ state: req.query.state });
    auth.idx.saveTransactionMeta(meta);
    const { state, codeChallenge, codeChallengeMethod } = meta;
    res.send(loginPage(settings.generation, {
      issuer: settings.issuer,
      clientId: settings.clientId,
      redirectUri: redirectUri(settings),
      scopes: SCOPES,
      state,
      codeChallenge,
      codeChallengeMethod,
      language: 'en',
      assets: { baseUrl: '/sdk' },
    }));
  });

  app.get('/login/callback', async (req, res) => {
    const auth = authClient(settings, req.session);
    try {
      await auth.idx.handleInteractionCodeRedirect(settings.origin + req.originalUrl);
    } catch (error) {
      if (auth.idx.isInteractionRequiredError(error)) {
        res.redirect(`/login?state=${encodeURIComponent(req.query.state ?? '')}`);
        return;
      }
      throw error;
    }
    renewSession(req, res);
    res.redirect('/');
  });

  app.post('/logout', async (req, res) => {
    const auth = authClient(settings, req.session);
    const signOut = auth.getSignOutRedirectUrl(); // needs the ID token, so before the tokens go
    await auth.revokeRefreshToken();
    await auth.revokeAccessToken();
    endSession(req, res);
    res.redirect(signOut || '/');
  });

  app.use(refused);
  return app;
}

// Express takes it for an error handler because it has four parameters.
function refused(error, req, res, next) {
  const isOurs = ['OAuthError', 'AuthSdkError', 'AuthApiError'].includes(error.name);
  if (!isOurs) console.error(error);
  const sentence = isOurs ? error.errorSummary || error.message : 'Something went wrong on our side.';
  const heading = error.errorCode === 'access_denied' ? 'You were not let in' : 'Signing in did not work';
  res.status(isOurs ? 400 : 500).send(errorPage(heading, sentence));
}
