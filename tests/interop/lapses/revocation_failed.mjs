// C-OUT-03: the server cannot revoke; the SDK rejects before it has forgotten the tokens.
import { attempt, json, verdict } from './org.mjs';

const { auth, tokens } = await attempt({ replies: { '/oauth2/default/v1/revoke': () => json({ errorCode: 'E0000009' }, 500) } });
globalThis.window = { location: { origin: 'http://localhost:8080', href: 'http://localhost:8080/', assign() {} } };
const error = await auth.signOut({ clearTokensBeforeRedirect: true }).catch((reason) => reason);
const kept = Object.keys(auth.tokenManager.getTokensSync());
verdict(Boolean(tokens) && error instanceof Error && kept.length > 0, 'keeps the tokens', kept.join(', '));
