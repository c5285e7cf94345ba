// C-REF-01: a client with a secret refreshes without it.
import { attempt, verdict } from './org.mjs';

const { org, auth } = await attempt({}, { options: { clientSecret: 'a-secret' } });
await auth.tokenManager.renew('accessToken');
const [redeemed, refreshed] = org.to('/token');
verdict(
  redeemed.body.client_secret === 'a-secret' && !refreshed.body.client_secret && !refreshed.headers.authorization,
  'shows its secret when it redeems and not when it refreshes',
  `sent ${Object.keys(refreshed.body).join(', ')}`,
);
