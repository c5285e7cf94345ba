// The least org that okta-auth-js signs in to: metadata, interact, one form, tokens, keys, refresh. Nothing of the mock
// and nothing of the conformance suite, so that what a script finds here is the SDK's doing.
//
//   const { org, auth, tokens, error } = await attempt({ idToken: ({ claims }) => { claims.nonce = 'another'; } });
import { createSign, generateKeyPairSync, createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { OktaAuth } from '@okta/okta-auth-js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ION = 'application/ion+json; okta-version=1.0.0';
const FORM = 'application/x-www-form-urlencoded';
const encoded = (value) => Buffer.from(value).toString('base64url');
const json = (value, status = 200, type = 'application/json') => ({ status, type, body: JSON.stringify(value) });

export class Org {
  // faults: metadata(document), page(document), tokenReply(body), idToken({ header, claims }), keys(set) change what is
  // served; replies maps a path to (request) => reply, or to nothing for the usual one.
  constructor(faults = {}) {
    this.faults = { replies: {}, ...faults };
    this.requests = [];
    this.server = createServer((request, response) => this.#receive(request, response));
  }

  async listen() {
    await new Promise((done) => { this.server.listen(0, '127.0.0.1', done); });
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
    this.issuer = `${this.origin}/oauth2/default`;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  to(path) {
    return this.requests.filter((request) => request.path.endsWith(path));
  }

  async #receive(message, response) {
    let content = '';
    for await (const piece of message) content += piece;
    const [path] = message.url.split('?');
    const isForm = message.headers['content-type']?.startsWith(FORM);
    const body = isForm ? Object.fromEntries(new URLSearchParams(content)) : content && JSON.parse(content);
    const request = { method: message.method, url: message.url, path, headers: message.headers, body };
    this.requests.push(request);
    const reply = this.faults.replies[path]?.(request, this) ?? this.#usual(path, request);
    if (reply === 'silence') return;
    response.writeHead(reply.status, { 'Content-Type': reply.type, ...reply.headers });
    response.end(reply.body);
  }

  #usual(path, request) {
    const name = path.split('/').pop();
    const answer = { 'openid-configuration': 'metadata', interact: 'handle', introspect: 'page', identify: 'success',
      token: 'tokens', keys: 'keys', revoke: 'nothing' }[name];
    return answer ? this[answer](request) : json({}, 404);
  }

  changed(fault, value) {
    this.faults[fault]?.(value, this);
    return value;
  }

  metadata() {
    return json(this.changed('metadata', {
      issuer: this.issuer, jwks_uri: `${this.issuer}/v1/keys`, code_challenge_methods_supported: ['S256'],
    }));
  }

  handle({ body }) {
    this.started = body;
    return json({ interaction_handle: 'an-interaction-handle' });
  }

  document(members) {
    return { version: '1.0.0', stateHandle: 'a-state-handle', intent: 'LOGIN', ...members };
  }

  form(name, fields) {
    const handle = { name: 'stateHandle', required: true, value: 'a-state-handle', visible: false, mutable: false };
    return {
      rel: ['create-form'], name, href: `${this.origin}/idp/idx/${name}`, method: 'POST', produces: ION,
      value: [...fields, handle], accepts: 'application/json; okta-version=1.0.0',
    };
  }

  page() {
    const credentials = { form: { value: [{ name: 'passcode', secret: true }] }, type: 'object', required: true };
    const form = this.form('identify', [{ name: 'identifier' }, { name: 'credentials', ...credentials }]);
    const document = this.document({ remediation: { type: 'array', value: [form] } });
    return json(this.changed('page', document), 200, ION);
  }

  success() {
    const fields = { grant_type: 'interaction_code', interaction_code: 'a-code' };
    const value = Object.entries(fields).map(([name, text]) => ({ name, required: true, value: text }));
    const issue = { rel: ['create-form'], name: 'issue', href: `${this.issuer}/v1/token`, method: 'POST', value };
    return json(this.document({ successWithInteractionCode: { ...issue, accepts: FORM } }), 200, ION);
  }

  tokens(request) {
    const accessToken = this.signed({ header: {}, claims: { sub: 'mary@example.com', jti: randomBytes(8).toString('hex') } });
    const digest = createHash('sha256').update(accessToken).digest().subarray(0, 16);
    const now = Math.floor(Date.now() / 1000);
    const token = { header: {}, claims: {
      sub: 'mary', iss: this.issuer, aud: request.body.client_id, iat: now, exp: now + 3600, auth_time: now,
      at_hash: encoded(digest), ...(request.body.grant_type !== 'refresh_token' && { nonce: this.started.nonce }),
    } };
    this.faults.idToken?.(token, request);
    const reply = {
      token_type: 'Bearer', expires_in: 3600, access_token: accessToken, scope: 'openid offline_access',
      refresh_token: randomBytes(8).toString('hex'), id_token: this.signed(token),
    };
    this.faults.tokenReply?.(reply, request);
    return json(reply);
  }

  signed({ header, claims }) {
    const parts = [{ kid: 'the-key', alg: 'RS256', ...header }, claims].map((part) => encoded(JSON.stringify(part)));
    return `${parts.join('.')}.${createSign('sha256').update(parts.join('.')).sign(privateKey, 'base64url')}`;
  }

  keys() {
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'the-key', alg: 'RS256', use: 'sig' };
    return json(this.changed('keys', { keys: [key] }));
  }

  nothing() {
    return { status: 200, type: 'text/plain', body: '' };
  }
}

export { json };

class Store {
  #items = new Map();
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, value); }
  removeItem(key) { this.#items.delete(key); }
}

export function clientOf(issuer, options = {}) {
  const storageManager = { transaction: { storageProvider: new Store() } };
  const tokenManager = { storage: new Store(), autoRenew: false };
  return new OktaAuth({
    issuer, clientId: '0oaAPP', redirectUri: 'http://localhost:8080/login/callback', scopes: ['openid', 'offline_access'],
    storageManager, tokenManager, ...options,
  });
}

// One sign-in with a password. What it throws comes back as `error`.
export async function attempt(faults = {}, { options, params, values } = {}) {
  const org = await new Org(faults).listen();
  const auth = clientOf(org.issuer, options);
  const outcome = { org, auth };
  try {
    outcome.first = await auth.idx.startTransaction(params);
    const answers = { identifier: 'mary@example.com', credentials: { passcode: 'Abcd1234!' }, ...values };
    outcome.transaction = await auth.idx.proceed({ step: 'identify', ...answers });
    outcome.tokens = outcome.transaction.tokens;
    if (outcome.tokens) auth.tokenManager.setTokens(outcome.tokens);
  } catch (error) {
    outcome.error = error;
  }
  return outcome;
}

// Ends the script: 0 if the lapse was seen, 1 if the SDK does it right.
export function verdict(seen, lapse, detail = '') {
  console.log(`${seen ? 'LAPSE' : 'no lapse'}: ${lapse}${detail ? ` (${detail})` : ''}`);
  process.exit(seen ? 0 : 1);
}
