// C-TOK-09: the token type is one that the SDK cannot use.
import { attempt, verdict } from './org.mjs';

const { tokens } = await attempt({ tokenReply: (reply) => { reply.token_type = 'mac'; } });
verdict(Boolean(tokens), 'signs in although token_type is mac', `kept as ${tokens?.accessToken?.tokenType}`);
