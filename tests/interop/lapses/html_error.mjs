// C-ERR-03: a gateway answers 502 with a page of HTML.
import { attempt, verdict } from './org.mjs';

const gateway = () => ({ status: 502, type: 'text/html', body: '<html>Bad Gateway</html>' });
const { error } = await attempt({ replies: { '/idp/idx/identify': gateway } });
verdict(error?.name === 'SyntaxError' && !/502/.test(error.message), 'speaks of JSON, not of 502', error?.message);
