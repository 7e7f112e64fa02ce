// Copies the files that the portal ships from node_modules into portal/web/static/vendor,
// builds the icon sprite and writes VENDOR.json. Run: npm ci --ignore-scripts && node tools/vendor.mjs
// The output is committed, so installing the portal needs no Node.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const shipped = join(root, "portal/web/static/vendor");
const testing = join(root, "portal/testing/static");

// [package, file inside it, path below the target]
const FILES = [
  ["bootstrap", "dist/css/bootstrap.min.css", "bootstrap/bootstrap.min.css"],
  ["bootstrap", "LICENSE", "bootstrap/LICENSE.txt"],
  ["htmx.org", "dist/htmx.min.js", "htmx/htmx.min.js"],
  ["htmx.org", "LICENSE", "htmx/LICENSE.txt"],
  ["@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", "inter/inter-latin.woff2"],
  ["@fontsource-variable/inter", "LICENSE", "inter/LICENSE.txt"],
  ["@tabler/icons", "LICENSE", "tabler/LICENSE.txt"],
];
const TEST_FILES = [
  ["axe-core", "axe.min.js", "axe.min.js"],
  ["axe-core", "LICENSE", "axe-LICENSE.txt"],
];

const manifest = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));

function write(target, path, bytes, name) {
  const file = join(target, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  const { version, license } = manifest(name);
  return {
    path,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    package: name,
    version,
    licence: license,
    kind: path.includes("LICENSE") ? "licence" : "file",
  };
}

// A source map is not shipped, so the reference to it would be a 404 in every browser console.
const withoutMap = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*\n?/g, "\n");

function copy(target, [name, source, path]) {
  const raw = readFileSync(join(modules, name, source));
  const bytes = /\.(css|js)$/.test(path) ? Buffer.from(withoutMap(raw.toString("utf8"))) : raw;
  return write(target, path, bytes, name);
}

function sprite() {
  const names = readFileSync(join(root, "tools/icons.txt"), "utf8")
    .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const symbols = [...new Set(names)].sort().map((name) => {
    const source = readFileSync(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const inner = source.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    const shapes = inner.replace(/<path stroke="none"[^>]*\/>/g, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
      `stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
  });
  const text = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  return write(shipped, "tabler/icons.svg", Buffer.from(text), "@tabler/icons");
}

rmSync(shipped, { recursive: true, force: true });
const listed = [...FILES.map((file) => copy(shipped, file)), sprite()];
listed.sort((a, b) => (a.path < b.path ? -1 : 1));
writeFileSync(join(shipped, "VENDOR.json"), JSON.stringify({ files: listed }, null, 2) + "\n");

const tested = TEST_FILES.map((file) => copy(testing, file));
tested.sort((a, b) => (a.path < b.path ? -1 : 1));
writeFileSync(join(testing, "VENDOR.json"), JSON.stringify({ files: tested }, null, 2) + "\n");

const count = readdirSync(shipped, { recursive: true }).length;
console.log(`${relative(root, shipped)}: ${listed.length} files (${count} entries)`);
