// Makes bundle/ of src/: what shadowd serves below /console/. The same sources give the same bytes,
// wherever they lie. Beside the assets it writes LICENSES.txt, of all that is in them.
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const home = dirname(fileURLToPath(import.meta.url));
const out = join(home, process.argv[2] ?? 'bundle');

const options = {
  absWorkingDir: home,
  entryPoints: {main: 'src/main.tsx', style: 'src/style/index.css'},
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
};

// Names by which index.html asks for assets, as those with the hash.
function namesOf(metafile) {
  const names = {};
  for (const [file, {entryPoint}] of Object.entries(metafile.outputs)) {
    const name = file.split('/').pop();
    if (entryPoint === 'src/main.tsx') names['assets/main'] = `assets/${name}`;
    if (entryPoint === 'src/style/index.css') names['assets/style'] = `assets/${name}`;
  }
  return names;
}

function addIcon(names) {
  const icon = readFileSync(join(home, 'src/icon.svg'));
  const hash = createHash('sha256').update(icon).digest('hex').slice(0, 8).toUpperCase();
  names['assets/icon'] = `assets/icon-${hash}.svg`;
  writeFileSync(join(out, names['assets/icon']), icon);
}

function writePage(names) {
  let page = readFileSync(join(home, 'src/index.html'), 'utf8');
  for (const [name, file] of Object.entries(names)) page = page.replace(`"${name}"`, `"${file}"`);
  writeFileSync(join(out, 'index.html'), page);
}

// The folders of the packages of which something is bundled, such as "@codemirror/view".
function packagesOf(metafile) {
  const used = new Set();
  for (const {inputs} of Object.values(metafile.outputs)) {
    for (const [file, {bytesInOutput}] of Object.entries(inputs)) {
      const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
      if (found && bytesInOutput > 0) used.add(found[1]);
    }
  }
  return [...used].sort();
}

function licenceOf(name) {
  const folder = join(home, 'node_modules', name);
  const {version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} comes without a licence's text`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').replace(/\r/g, '').trim()}\n`;
}

rmSync(out, {recursive: true, force: true});
mkdirSync(join(out, 'assets'), {recursive: true});
const {metafile} = await build(options);
const names = namesOf(metafile);
addIcon(names);
writePage(names);
const licences = packagesOf(metafile).map(licenceOf);
writeFileSync(
  join(out, 'LICENSES.txt'),
  `The console is a part of mosquitto-shadow (Apache-2.0). In its assets are also:\n\n${licences.join(`\n${'-'.repeat(80)}\n\n`)}`,
);
