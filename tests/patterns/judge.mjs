// Reads [[source, flags], ...] from standard input and writes recheck's verdict on each, in this order.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

// The pure JavaScript build: the package's main file looks for a native program first.
const { checkSync } = createRequire(import.meta.url)("recheck/lib/browser.js");

const verdicts = JSON.parse(readFileSync(0, "utf8")).map(([source, flags]) => {
  const { status, complexity, attack, error } = checkSync(source, flags, { timeout: 60_000 });
  return {
    status,
    complexity: complexity?.summary ?? "",
    attack: attack?.pattern ?? "",
    error: error ? `${error.kind} ${error.message ?? ""}` : "",
  };
});
process.stdout.write(JSON.stringify(verdicts));
