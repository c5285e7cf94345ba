// Feeds every page of a file, one JSON value a line, to the SDK's own parser, and tells which of them it cannot read.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const sdk = require.resolve('@okta/okta-auth-js').split('/cjs/')[0];
const find = (name) => require(join(sdk, 'cjs/idx/idxState/v1', name)); // no export leads there
const { parseIdxResponse } = find('idxResponseParser.js');
const { OktaAuth } = require('@okta/okta-auth-js');

const { issuer, clientId, redirectUri, pages } = JSON.parse(process.argv[2]);
const client = new OktaAuth({ issuer, clientId, redirectUri });
const wrong = [];
let read = 0;

for (const line of readFileSync(pages, 'utf8').split('\n').filter(Boolean)) {
  const { name, body } = JSON.parse(line);
  try {
    const { remediations } = parseIdxResponse(client, body);
    for (const each of remediations) {
      if (each.rel && typeof each.action !== 'function') wrong.push(`${name}: ${each.name} has no action`);
    }
    read += 1;
  } catch (error) {
    wrong.push(`${name}: ${error.message}`);
  }
}
console.log(JSON.stringify({ read, wrong: wrong.slice(0, 40) }));
