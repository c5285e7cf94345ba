// C-PKCE-05: the code verifier is 43 hexadecimal digits, which is 172 bits.
import { attempt, verdict } from './org.mjs';

const { org } = await attempt();
const verifier = org.to('/token')[0].body.code_verifier;
verdict(/^[0-9a-f]{43}$/.test(verifier), 'makes verifiers of hexadecimal digits only', `${verifier.length} of them`);
