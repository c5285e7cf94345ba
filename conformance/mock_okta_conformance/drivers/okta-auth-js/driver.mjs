// Drives @okta/okta-auth-js for the conformance suite: one JSON message a line on stdin, one reply a line on stdout.
//
// The SDK is used as its documentation says: `idx.proceed` with the step or action that the suite hints at, tokens in
// the token manager. Nothing is repaired on the way. What a session keeps, it keeps in a store of its own, so that
// several of them fit into one process.
import { createRequire } from 'node:module';
import readline from 'node:readline';
import { OktaAuth } from '@okta/okta-auth-js';

const { version } = createRequire(import.meta.url)('@okta/okta-auth-js/package.json');

const CAPABILITIES = [
  'idx.generic', 'auth.email', 'resume', 'nonce', 'idtoken.verify', 'discovery', 'userinfo', 'token-bootstrap',
  'token.refresh', 'token.revoke', 'logout', 'confidential', 'public',
];
const STATES = { PENDING: 'input', SUCCESS: 'success', TERMINAL: 'terminal', CANCELED: 'canceled' };
const STORES = ['transaction', 'shared-transaction', 'idx-response', 'original-uri', 'token'];
const SECRETS_OF_A_TRANSACTION = ['codeVerifier', 'interactionHandle', 'nonce', 'state'];

class Store {
  #items = new Map();
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, value); }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
  values() { return [...this.#items.values()]; }
}

class Session {
  constructor(config) {
    this.config = config;
    this.stores = Object.fromEntries(STORES.map((name) => [name, new Store()]));
    this.open();
  }

  open() {
    const storageManager = Object.fromEntries(STORES.map((name) => [name, { storageProvider: this.stores[name] }]));
    const tokenManager = { storage: this.stores.token, autoRenew: false, autoRemove: false, syncStorage: false };
    this.client = new OktaAuth({ ...this.config, storageManager, tokenManager });
  }

  /** A new client object over the same stores, as after a restart; replies are not among what an app saves. */
  reopen() {
    this.open();
    this.client.transactionManager.clearIdxResponse();
  }

  stored() {
    const records = this.stores.transaction.values().map((text) => JSON.parse(text));
    return SECRETS_OF_A_TRANSACTION.filter((name) => records.some((record) => record[name]));
  }
}

const sessions = new Map();

function sessionFor({ session, config }) {
  const known = sessions.get(session);
  if (known && JSON.stringify(known.config) === JSON.stringify(config)) return known;
  const made = new Session(config);
  sessions.set(session, made);
  return made;
}

function tokensShown(tokens) {
  return {
    accessToken: tokens.accessToken?.accessToken,
    idToken: tokens.idToken?.idToken,
    refreshToken: tokens.refreshToken?.refreshToken,
    scope: tokens.accessToken?.scopes?.join(' '),
  };
}

function signedIn(session, tokens) {
  session.client.tokenManager.setTokens(tokens);
  return signedInView(session, tokens);
}

function signedInView(session, tokens) {
  return { state: 'success', tokens: tokensShown(tokens), claims: tokens.idToken?.claims, stored: session.stored() };
}

function viewOf(session, transaction) {
  if (transaction.tokens) return signedIn(session, transaction.tokens);
  const { status, neededToProceed = [], actions = {}, messages = [], nextStep } = transaction;
  return {
    state: STATES[status] ?? 'error',
    steps: neededToProceed.map(({ name }) => name),
    actions: Object.keys(actions),
    messages: messages.map((m) => ({ text: m.message, key: m.i18n?.key, class: m.class })),
    redirect: neededToProceed.find(({ name }) => name === 'redirect-idp')?.href,
    pollAfterMs: nextStep?.poll?.refresh ?? nextStep?.refresh,
    stored: session.stored(),
  };
}

function raised(error) {
  const code = error.errorCode ?? error.code;
  const text = error.message || error.errorSummary || String(error);
  return { state: 'error', error: { type: error.name, code: code === undefined ? undefined : String(code), text } };
}

const acts = {
  cancel: ({ client }) => client.idx.cancel(),
  resume: (session) => { session.reopen(); return session.client.idx.proceed(); },
};

const tokenActs = {
  async refresh(session) {
    const { tokenManager } = session.client;
    await tokenManager.renew('accessToken');
    return signedInView(session, tokenManager.getTokensSync());
  },
  async userinfo({ client }) {
    return { state: 'success', claims: await client.token.getUserInfo() };
  },
  async revoke({ client }) {
    await client.revokeRefreshToken();
    await client.revokeAccessToken();
    return { state: 'signedOut' };
  },
  // The order of the SDK's own signOut(), which itself needs a browser: revoke both, then forget, then redirect.
  async signOut(session) {
    const { client, config } = session;
    const redirect = client.getSignOutRedirectUrl({
      postLogoutRedirectUri: config.postLogoutRedirectUri, state: 'signed-out-by-the-user',
    });
    await client.revokeRefreshToken();
    await client.revokeAccessToken();
    client.tokenManager.clear();
    return { state: 'signedOut', redirect: redirect || undefined, stored: session.stored() };
  },
};

const ops = {
  hello: () => ({
    protocol: 1, name: 'okta-auth-js', version, language: 'javascript', capabilities: CAPABILITIES, sessions: 16,
  }),
  async start(message) {
    if (message.flow !== 'authenticate') return { unsupported: `flow ${message.flow}` };
    const session = sessionFor(message);
    return { view: viewOf(session, await session.client.idx.startTransaction(message.params)) };
  },
  async act({ session: name, do: verb, idx }) {
    const session = sessions.get(name);
    if (acts[verb]) return { view: viewOf(session, await acts[verb](session)) };
    if (!idx) return { unsupported: verb };
    const options = idx.action
      ? { actions: [{ name: idx.action, params: idx.values }] }
      : { step: idx.step, ...idx.values };
    return { view: viewOf(session, await session.client.idx.proceed(options)) };
  },
  async callback({ session: name, url }) {
    const session = sessions.get(name);
    await session.client.idx.handleInteractionCodeRedirect(url);
    return { view: signedIn(session, session.client.tokenManager.getTokensSync()) };
  },
  async token({ session: name, do: verb }) {
    return tokenActs[verb] ? { view: await tokenActs[verb](sessions.get(name)) } : { unsupported: verb };
  },
  end: ({ session }) => { sessions.delete(session); return {}; },
};

// The SDK may raise where nobody can catch it, e.g. in a timer; that, too, is an answer to the message at hand.
let giveUp = () => {};
process.on('uncaughtException', (error) => giveUp(error));

async function answer(message) {
  const op = ops[message.op];
  if (!op) return { unsupported: String(message.op) };
  try {
    return await Promise.race([op(message), new Promise((_, reject) => { giveUp = reject; })]);
  } catch (error) {
    return { view: raised(error) };
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: message.id, ...(await answer(message)) })}\n`);
}
process.exit(0);
