// Writes a bill of materials (CycloneDX 1.6) of a built program to the standard output, from
// what Go put into it: node .ci/sbom.mjs FOLDER PROGRAM, where FOLDER/node_modules has
// @cyclonedx/cyclonedx-library, ajv, ajv-formats and ajv-formats-draft2019. It is held
// against the schema before it is written.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, program] = process.argv.slice(2);
const require = createRequire(join(resolve(folder), "index.js"));
const cdx = require("@cyclonedx/cyclonedx-library");

const info = JSON.parse(execFileSync("go", ["version", "-m", "-json", program], { encoding: "utf8" }));
const [, stamped] = execFileSync(resolve(program), ["version"], { encoding: "utf8" }).match(/^frontdesk (\S+),/);
const licences = new Map();
for (const [, module, , licence] of readFileSync("docs/licences.md", "utf8").matchAll(/^\| (\S+\.\S+) \| (\S+) \| (.+) \|$/gm)) {
  licences.set(module, licence.split(" and ").map((id) => new cdx.Models.SpdxLicense(id)));
}

function component(type, path, version) {
  const purl = `pkg:golang/${path}@${version}`;
  const c = new cdx.Models.Component(type, path, { version, bomRef: purl, purl });
  for (const licence of licences.get(path) ?? []) c.licenses.add(licence);
  return c;
}

const bom = new cdx.Models.Bom();
const main = component(cdx.Enums.ComponentType.Application, info.Main.Path, stamped);
bom.metadata.component = main;
const std = component(cdx.Enums.ComponentType.Library, "std", info.GoVersion.replace(/^go/, ""));
std.licenses.add(new cdx.Models.SpdxLicense("BSD-3-Clause"));
const parts = [std, ...info.Deps.map((d) => component(cdx.Enums.ComponentType.Library, d.Path, d.Version))];
for (const part of parts) {
  bom.components.add(part);
  main.dependencies.add(part.bomRef);
}

const spec = cdx.Spec.Spec1dot6;
const text = new cdx.Serialize.JsonSerializer(new cdx.Serialize.JSON.Normalize.Factory(spec)).serialize(bom, { sortLists: true, space: 2 });
const wrong = await new cdx.Validation.JsonStrictValidator(spec.version).validate(text);
if (wrong !== null) throw new Error(JSON.stringify(wrong));
if (parts.length < 2) throw new Error("the bill of materials is empty");
process.stdout.write(text + "\n");
