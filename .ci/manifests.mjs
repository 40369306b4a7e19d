// Holds the Kubernetes manifests and the compose file against their schemas, unknown fields
// included, without a cluster: node .ci/manifests.mjs FOLDER, where FOLDER/node_modules has
// kubernetes-models, typescript, dclint (for its copy of compose's schema), ajv and yaml.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const tools = resolve(process.argv[2]);
const require = createRequire(join(tools, "index.js"));
const { parse, parseAllDocuments } = require("yaml");

// Kubernetes: the types of its API know each field; so the manifests become typed constants.
const folder = "deploy/kubernetes";
let source = "";
for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
  for (const document of parseAllDocuments(readFileSync(join(folder, file), "utf8"), { uniqueKeys: true })) {
    if (document.errors.length > 0) throw document.errors[0];
    const object = document.toJS();
    const type = `import("kubernetes-models/${object.apiVersion}").I${object.kind}`;
    source += `// ${file}: ${object.kind} ${object.metadata.name}\nexport const c${source.length}: ${type} = ${JSON.stringify(object, null, 1)};\n`;
  }
}
const typed = join(tools, "manifests.mts");
writeFileSync(typed, source);
const tsc = join(tools, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", typed], { stdio: "inherit" });

// Compose: its schema refuses unknown fields by itself.
const schema = JSON.parse(readFileSync(join(tools, "node_modules/dclint/schemas/compose.schema.json"), "utf8"));
delete schema.$schema;
const Ajv = require("ajv").default;
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
if (!ajv.validate(schema, parse(readFileSync("deploy/compose.yaml", "utf8"), { merge: true }))) {
  throw new Error(`deploy/compose.yaml: ${ajv.errorsText()}`);
}
