// C-REM-10: the form proposes a value, and the user leaves it alone.
import { attempt, verdict } from './org.mjs';

const { org } = await attempt({
  page: (document) => { document.remediation.value[0].value.unshift({ name: 'keepMe', type: 'boolean', value: true }); },
});
const { body } = org.to('/identify')[0];
verdict(!('keepMe' in body), 'drops the value that the form proposes', `sent ${Object.keys(body).join(', ')}`);
