// A server-rendered web app that signs its users in with Okta, as Okta's guides build it: the Sign-In Widget on the
// login page, a callback that redeems the interaction code with the client secret, a profile page from userinfo.
//
// Reads ISSUER, CLIENT_ID, CLIENT_SECRET, WIDGET (gen2 or gen3) and PORT (0 takes a free one).
import { createApp } from './app.mjs';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, WIDGET = 'gen2', PORT = '0' } = process.env;
const settings = { issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, generation: WIDGET, origin: '' };

const server = createApp(settings).listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  settings.origin = `http://localhost:${server.address().port}`;
  console.log(`web app ready at ${settings.origin}`);
});

process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
