// Reads who the user is.
import { client, report, signedIn } from './client.mjs';

const auth = client();
const { idToken } = await signedIn(auth);
report({ userinfo: await auth.token.getUserInfo(), claims: idToken.claims });
