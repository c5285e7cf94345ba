// C-ERR-04: a step is never answered.
import { attempt, verdict } from './org.mjs';

const PATIENCE_MS = 5000;
const waiting = attempt({ replies: { '/idp/idx/identify': () => 'silence' } });
const outcome = await Promise.race([waiting, new Promise((done) => { setTimeout(done, PATIENCE_MS, 'still waiting'); })]);
verdict(outcome === 'still waiting', 'has no limit for a reply', `after ${PATIENCE_MS / 1000} s`);
