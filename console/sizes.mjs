// Holds the bundle to its budget: what the first page loads, and all of it, each as gzip has it.
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

const bundle = join(dirname(fileURLToPath(import.meta.url)), 'bundle');
const firstMax = 60 * 1024;
const allMax = 250 * 1024;

const sizeOf = (file) => gzipSync(readFileSync(join(bundle, file)), {level: 9}).length;

// index.html, what it names, and what these import at once.
function firstFiles() {
  const files = new Set(['index.html']);
  for (const file of files) {
    if (!/\.(html|js)$/.test(file)) continue;
    const text = readFileSync(join(bundle, file), 'utf8');
    const named = file.endsWith('.html')
      ? [...text.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].map(([, name]) => name)
      : [...text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)].map(
          ([, name]) => `assets/${name}`,
        );
    for (const name of named) files.add(name);
  }
  return [...files];
}

const first = firstFiles().reduce((sum, file) => sum + sizeOf(file), 0);
const assets = readdirSync(join(bundle, 'assets')).map((file) => `assets/${file}`);
const all = ['index.html', ...assets].reduce((sum, file) => sum + sizeOf(file), 0);
console.log(
  `first load ${(first / 1024).toFixed(1)} of 60 KiB, everything ${(all / 1024).toFixed(1)} of 250 KiB, gzip`,
);
if (first > firstMax || all > allMax) {
  for (const file of assets) console.log(`${(sizeOf(file) / 1024).toFixed(1).padStart(7)} ${file}`);
  process.exitCode = 1;
}
