// C-IDT-10: the header says HS256, the signature is by RS256.
import { attempt, verdict } from './org.mjs';

const { tokens } = await attempt({ idToken: ({ header }) => { header.alg = 'HS256'; } });
verdict(Boolean(tokens), 'signs in although the header of the ID token names another algorithm');
