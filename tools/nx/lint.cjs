const { spawn } = require('node:child_process');
const { mkdirSync, readFileSync, rmSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');
const { ESLint } = require('eslint');
const { ownerOf, together } = require('./together.cjs');

// By this path the plugins know a run that ends. In one that may not, as in an editor, they look for each file whether the
// program's sources or Nx's graph have changed, which takes a quarter of the time.
const linter = join(dirname(require.resolve('eslint/package.json')), 'bin/eslint.js');

/** Lints folders in a process of its own, with its errors on the terminal. Resolves with ESLint's results; undefined without any. */
const lint = (roots) =>
  new Promise((done, reject) => {
    const report = `dist/test-results/lint-${process.pid}.json`;
    mkdirSync('dist/test-results', { recursive: true });
    const flags = ['--format=json', `--output-file=${report}`, '--no-error-on-unmatched-pattern'];
    const child = spawn(process.execPath, [linter, ...flags, '--', ...roots], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', () => {
      try {
        done(JSON.parse(readFileSync(report, 'utf8')));
      } catch {
        // ESLint did not come to an end; it has said why.
        done(undefined);
      } finally {
        rmSync(report, { force: true });
      }
    });
  });

module.exports = together(async (projects) => {
  const results = await lint(projects.map(({ root }) => root));
  if (!results) return new Map();
  const found = await (await new ESLint().loadFormatter('stylish')).format(results);
  if (found) console.log(found);
  const counts = new Map(projects.map(({ name }) => [name, { passed: 0, failed: 0, skipped: 0 }]));
  for (const { filePath, errorCount, warningCount } of results) {
    const owner = ownerOf(projects, relative(process.cwd(), filePath));
    if (errorCount + warningCount > 0) counts.get(owner.name).failed = 1;
  }
  return counts;
});
