// C-TOK-08: the token endpoint answers 307 to another origin.
import { Org, attempt, verdict } from './org.mjs';

const elsewhere = await new Org().listen();
const location = `${elsewhere.origin.replace('127.0.0.1', 'localhost')}/oauth2/default/v1/token`;
elsewhere.started = {};
await attempt({ replies: { '/oauth2/default/v1/token': () => (
  { status: 307, type: 'text/plain', body: '', headers: { Location: location } }
) } });
const followed = elsewhere.to('/token');
verdict(
  Boolean(followed[0]?.body?.interaction_code && followed[0]?.body?.code_verifier),
  'takes code and verifier to another origin',
  followed[0]?.headers.host,
);
