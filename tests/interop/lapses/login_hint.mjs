// C-INT-07: loginHint is not passed on to interact.
import { attempt, verdict } from './org.mjs';

const { org } = await attempt({}, { params: { loginHint: 'mary@example.com', maxAge: 60 } });
verdict(
  org.started.max_age === '60' && !('login_hint' in org.started),
  'drops the login hint',
  `sent ${Object.keys(org.started).join(', ')}`,
);
