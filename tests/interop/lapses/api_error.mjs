// C-MSG-07: a step is refused in the envelope of the Okta API.
import { attempt, json, verdict } from './org.mjs';

const envelope = { errorCode: 'E0000003', errorSummary: 'The request body was not well-formed.', errorCauses: [] };
const { transaction, error } = await attempt({ replies: { '/idp/idx/identify': () => json(envelope, 400) } });
const { status, messages, error: inside } = transaction ?? {};
verdict(
  !error && !inside && status === 'TERMINAL' && !messages?.length,
  'ends the transaction without a word about the error',
  `status ${status}, messages ${JSON.stringify(messages)}`,
);
