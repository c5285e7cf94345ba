// C-REM-07: a refusal comes with a page of its own, whose form has another address.
import { Org, clientOf, json, verdict } from './org.mjs';

let refused = false;
const refuse = (request, org) => {
  if (refused) return undefined;
  refused = true;
  const form = org.form('identify', [{ name: 'identifier' }]);
  form.href += '?after=refusal';
  const wrong = { message: 'Authentication failed', i18n: { key: 'errors.E0000004' }, class: 'ERROR' };
  const messages = { type: 'array', value: [wrong] };
  return json(org.document({ messages, remediation: { type: 'array', value: [form] } }), 400);
};
const org = await new Org({ replies: { '/idp/idx/identify': refuse } }).listen();
const auth = clientOf(org.issuer);
const values = { step: 'identify', identifier: 'mary', credentials: { passcode: 'x' } };
await auth.idx.startTransaction();
await auth.idx.proceed(values);
await auth.idx.proceed(values);
const [, second] = org.to('/identify');
verdict(second?.url === '/idp/idx/identify', 'goes on from the page before the refusal', `to ${second?.url}`);
