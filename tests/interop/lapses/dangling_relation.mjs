// C-IDX-08: a remediation relates to something that is not in the document.
import { attempt, verdict } from './org.mjs';

const { first, error } = await attempt({
  page: (document) => { document.remediation.value[0].relatesTo = ['$.doesNotExist.value[0]']; },
});
verdict(!first && /relatesTo/.test(error?.message), 'gives up over a relatesTo that points nowhere', error?.message);
