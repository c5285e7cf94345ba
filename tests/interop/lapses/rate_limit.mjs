// C-ERR-01: a step is answered 429.
import { attempt, json, verdict } from './org.mjs';

const envelope = { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit', errorCauses: [] };
const limited = () => ({ ...json(envelope, 429), headers: { 'Retry-After': '2' } });
const { org, transaction, error } = await attempt({ replies: { '/idp/idx/identify': limited } });
verdict(
  !error && transaction?.status === 'TERMINAL' && !transaction.messages?.length && org.to('/identify').length === 1,
  'neither waits nor says that it is limited',
  `status ${transaction?.status}`,
);
