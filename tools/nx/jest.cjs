const { spawn } = require('node:child_process');
const { readFileSync, rmSync } = require('node:fs');
const { relative } = require('node:path');
const { ownerOf, together } = require('./together.cjs');

const jest = require.resolve('jest/bin/jest');

/** Runs one level of tests of some folders with its output on the terminal. Resolves with jest's report; undefined without one. */
const runLevel = (level, roots) =>
  new Promise((resolve, reject) => {
    const report = `dist/test-results/${level}-${process.pid}.json`;
    const flags = ['--config', 'tools/jest.config.cjs', '--selectProjects', level, '--json', `--outputFile=${report}`];
    const paths = roots.map((root) => `/${root}/`);
    const child = spawn(process.execPath, [jest, ...flags, '--', ...paths], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve(JSON.parse(readFileSync(report, 'utf8')));
      } catch {
        // The servers did not start, or jest itself failed; it has said so.
        resolve(undefined);
      } finally {
        rmSync(report, { force: true });
      }
    });
  });

const add = (count, { assertionResults, status }) => {
  const having = (...wanted) => assertionResults.filter((result) => wanted.includes(result.status)).length;
  const failed = having('failed');
  count.passed += having('passed');
  count.skipped += having('pending', 'todo', 'disabled');
  // A file that did not even load has no tests to count.
  count.failed += status === 'failed' ? Math.max(failed, 1) : failed;
};

module.exports = together(async (projects) => {
  const counts = new Map();
  for (const level of new Set(projects.map(({ options }) => options.level))) {
    const asked = projects.filter(({ options }) => options.level === level);
    const report = await runLevel(
      level,
      asked.map(({ root }) => root),
    );
    if (!report) continue;
    for (const { name } of asked) counts.set(name, { passed: 0, failed: 0, skipped: 0 });
    for (const suite of report.testResults) add(counts.get(ownerOf(asked, relative(process.cwd(), suite.name)).name), suite);
  }
  return counts;
});
