// Signs in at an identity provider: goes where the page leads, is somebody there, and comes back with what it says.
import { client, report, seen, settings } from './client.mjs';

const auth = client({ transactionManager: { saveLastResponse: false } }); // or it would go on with the first page
const first = await auth.idx.start();
const { href } = first.neededToProceed.find(({ name }) => name === 'redirect-idp');

async function visit(address) {
  let answer = await fetch(address, { redirect: 'manual' });
  while (answer.status === 302) answer = await fetch(answer.headers.get('location'), { redirect: 'manual' });
  return answer;
}

const page = await (await visit(href)).text();
const [, action] = page.match(/<form method="post" action="([^"]+)"/);
const [, stateToken] = page.match(/name="stateToken" value="([^"]+)"/);
const answered = await fetch(new URL(action, settings.issuer), {
  method: 'POST',
  redirect: 'manual',
  body: new URLSearchParams({ stateToken, login: settings.login }),
});
const back = answered.headers.get('location');
if (auth.idx.isInteractionRequired(new URL(back).search)) {
  report([first, await auth.idx.proceed({ autoRemediate: false })].map(seen));
} else {
  await auth.idx.handleInteractionCodeRedirect(back);
  const { idToken } = await auth.tokenManager.getTokens();
  report([seen(first), { status: 'SUCCESS', claims: idToken.claims }]);
}
