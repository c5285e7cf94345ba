// C-IDT-13: the ID token names no key, and the issuer publishes exactly one.
import { attempt, verdict } from './org.mjs';

const { tokens, error } = await attempt({ idToken: ({ header }) => { header.kid = undefined; } });
verdict(!tokens, 'refuses a good ID token without kid although one key is published', error?.message);
