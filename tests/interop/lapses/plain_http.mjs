// C-CFG-01: the issuer is plain http on a host that is not this machine. (.test never resolves, RFC 6761.)
import { clientOf, verdict } from './org.mjs';

const error = await clientOf('http://mock.test/oauth2/default').idx.startTransaction().catch((reason) => reason);
verdict(/fetch failed/.test(error?.message), 'tries to reach an issuer in plain http', error?.message);
