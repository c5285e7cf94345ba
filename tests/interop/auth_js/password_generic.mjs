// Signs in by filling whatever form the org offers, without knowing its steps beforehand.
import { client, report, seen, settings } from './client.mjs';

const answers = {
  identifier: settings.login,
  credentials: { passcode: settings.password },
};

const auth = client({ idx: { useGenericRemediator: true } });
const pages = [await auth.idx.start()];
while (pages.at(-1).status === 'PENDING' && pages.length < 5) {
  const [step] = pages.at(-1).availableSteps;
  const asked = step.inputs.map(({ name }) => [name, answers[name]]).filter(([, answer]) => answer);
  pages.push(await step.action(Object.fromEntries(asked)));
}
report(pages.map(seen));
