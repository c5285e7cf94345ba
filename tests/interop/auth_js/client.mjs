// What the programs share: their settings, a client of the SDK, the mailbox, and how they report.
import { OktaAuth } from '@okta/okta-auth-js';

// issuer, clientId, [clientSecret], redirectUri, login, password, outbox, [scopes]
export const settings = JSON.parse(process.argv[2]);

export function client(options = {}) {
  const { issuer, clientId, clientSecret, redirectUri, scopes } = settings;
  return new OktaAuth({
    issuer,
    clientId,
    ...(clientSecret && { clientSecret }),
    redirectUri,
    scopes: scopes ?? ['openid', 'profile', 'email', 'offline_access'],
    ...options,
  });
}

// Signs in with nothing but a password and hands the tokens to the client's token manager.
export async function signedIn(auth) {
  await auth.idx.start();
  await auth.idx.proceed({ step: 'identify', username: settings.login });
  const { tokens } = await auth.idx.proceed({ step: 'challenge-authenticator', password: settings.password });
  auth.tokenManager.setTokens(tokens);
  return tokens;
}

export async function sentCode() {
  const answer = await fetch(settings.outbox);
  return (await answer.json()).code;
}

export function seen({ status, nextStep, neededToProceed, enabledFeatures, messages, tokens, context, meta }) {
  return {
    status,
    step: nextStep?.name,
    authenticator: (nextStep?.authenticator ?? nextStep?.relatesTo?.value)?.key,
    offered: neededToProceed?.map(({ name }) => name),
    inputs: nextStep?.inputs?.map(({ name }) => name),
    canResend: nextStep?.canResend,
    canSkip: nextStep?.canSkip,
    features: enabledFeatures,
    messages: messages?.map(({ class: kind, i18n, message }) => ({ kind, key: i18n?.key, message })),
    stateHandle: context?.stateHandle,
    interactionHandle: meta?.interactionHandle,
    claims: tokens?.idToken?.claims,
    scopes: tokens?.accessToken?.scopes,
    kinds: tokens && Object.keys(tokens).sort(),
  };
}

// What a promise throws, as a user of the SDK tells errors apart; null when it does not.
export async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    const { name, message, errorCode, errorSummary, status } = error;
    return { name, message, errorCode, errorSummary, status: status ?? error.xhr?.status };
  }
}

// Ends the program: the SDK's token manager keeps timers that wait for the tokens to expire.
export function report(value) {
  process.stdout.write(JSON.stringify(value), () => process.exit(0));
}
