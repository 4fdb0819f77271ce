// `npm test`: from a bare clone to one line that says how many tests passed and failed. Lint, types, unit, integration, system.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installTestServers } from './bootstrap/data-services.mjs';
import { prepareCluster } from './bootstrap/prepare.mjs';
import { Failure } from './bootstrap/terminal.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

const total = { passed: 0, failed: 0, skipped: 0 };
const results = 'dist/test-results';

/** Runs one jest project with its output on the terminal and adds up what its report says. */
const jest = (project, ...flags) => {
  const report = `${results}/${project}.json`;
  rmSync(report, { force: true });
  const { status } = spawnSync(
    'node_modules/.bin/jest',
    [
      '--config',
      'tools/jest.config.cjs',
      '--passWithNoTests',
      '--json',
      `--outputFile=${report}`,
      ...flags,
      '--selectProjects',
      project,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let failed = 0;
  try {
    const summary = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += summary.numPassedTests;
    total.skipped += summary.numPendingTests + summary.numTodoTests;
    // A file that did not even load has no tests to count.
    failed = summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  } catch {
    // Without a report (the servers did not start, no test files at all) the exit code decides.
  }
  total.failed += status === 0 ? failed : Math.max(failed, 1);
};

const stages = {
  prepare: async () => {
    await prepareCluster();
    await installTestServers();
  },
  'lint and types': async () => {
    const { lint } = await import('./lint.mjs');
    total.failed += (await lint({ typecheck: true })).length;
  },
  unit: () => jest('unit'),
  integration: () => jest('integration'),
  // Whole clusters: one at a time, for each takes all the machine has.
  system: () => jest('system', '--runInBand'),
};

mkdirSync(results, { recursive: true });
for (const [name, stage] of Object.entries(stages)) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  try {
    await stage();
  } catch (error) {
    console.log(error instanceof Failure ? error.message : error);
    total.failed++;
    if (name === 'prepare') break;
  }
  console.log(`── ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
process.exitCode = total.failed ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
