// Runs unit/*.test.ts: each is compiled into one file, for Node knows no TypeScript.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';

const home = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'console-unit-'));
try {
  const tests = readdirSync(join(home, 'unit')).filter((file) => file.endsWith('.test.ts'));
  buildSync({
    absWorkingDir: home,
    entryPoints: tests.map((file) => `unit/${file}`),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outExtension: {'.js': '.mjs'},
    sourcemap: 'inline',
    outdir: out,
    logLevel: 'warning',
  });
  const files = tests.map((file) => join(out, file.replace(/\.ts$/, '.mjs')));
  const {status} = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(out, {recursive: true, force: true});
}
