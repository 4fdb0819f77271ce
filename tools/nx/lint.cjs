const { spawn } = require('node:child_process');
const { dirname, join } = require('node:path');
const { ownerOf, together } = require('./together.cjs');

const manifest = 'oxlint/package.json';
const linter = join(dirname(require.resolve(manifest)), require(manifest).bin.oxlint);

/** Lints folders. Resolves with what it found, a line each that begins with the file; undefined when it did not come to an end. */
const lint = (roots) =>
  new Promise((done, reject) => {
    // `npm test` keeps the other processors busy.
    const flags = ['--type-aware', '--format=unix', '--threads=1', '--no-error-on-unmatched-pattern'];
    const child = spawn(process.execPath, [linter, ...flags, ...roots], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, GOMAXPROCS: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const found = output.split('\n').filter((line) => /^[^:]+:\d+:\d+: /.test(line));
      const isWhole = code === 0 ? found.length === 0 : found.length > 0;
      if (output.trim()) console.log(output.trimEnd());
      done(isWhole ? found : undefined);
    });
  });

module.exports = together(async (projects) => {
  const found = await lint(projects.map(({ root }) => root));
  if (!found) return new Map();
  const counts = new Map(projects.map(({ name }) => [name, { passed: 0, failed: 0, skipped: 0 }]));
  for (const line of found) counts.get(ownerOf(projects, line).name).failed = 1;
  return counts;
});
