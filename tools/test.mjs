// `npm test`: from a bare clone to one line that says how many tests passed and failed. Every check is a target of Nx, so what has not
// changed since it last passed counts without running again.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { prepareTests } from './bootstrap/prepare.mjs';
import { Failure } from './bootstrap/terminal.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

// Executors leave their counts here: see tools/nx/together.cjs.
const results = 'dist/test-results';

/**
 * What runs side by side: two lanes, then the next ones in the place of whichever ends first. Suites on clusters never meet, because
 * a cluster takes a third of two cores even while nobody asks it: side by side each would take twice as long, and let the other wait.
 */
const lanes = {
  faults: ['faults'],
  checks: ['lint', 'typecheck', 'imports', 'format', 'buf', 'unit'],
  integration: ['integration'],
  system: ['system'],
  browser: ['browser'],
};
const MAX_SIDE = 2;
// It computes and waits for nobody, so it takes what the others leave of the processor: none of them is late because of it.
const patientLane = 'checks';
// A lane with clusters, or with the whole program in the linter's memory, takes about 3 GiB.
const side = Math.max(1, Math.min(MAX_SIDE, Math.floor(process.availableMemory() / (3 * 2 ** 30))));

// What they depend on is built before: lanes that each put it in place would take it away from one another.
const flags = ['--excludeTaskDependencies', '--output-style=static', '--parallel=1'];

const failures = [];

/** What jest says of each failed test: its name, and the lines below as far as the excerpt of its source. */
const failuresIn = (said) => {
  const found = new Map();
  for (const [index, line] of said.entries()) {
    if (!/^\s*● .* › /.test(line)) continue;
    const rest = said.slice(index + 1, index + 40);
    const end = rest.findIndex((next) => /^\s*(>? *\d+ \||at |● )/.test(next));
    found.set(
      line.trim(),
      rest.slice(0, end < 0 ? 12 : end).filter((next) => next.trim() !== ''),
    );
  }
  return [...found].flat(2);
};

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(0)} s`;

/** Runs a lane. Says at once which suites passed; what a failing lane said besides is printed when it ends. */
const run = (lane, targets) =>
  new Promise((done) => {
    const start = performance.now();
    const said = [];
    console.log(`→ ${lane}: ${targets.join(', ')} …`);
    const child = spawn(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', targets.join(','), ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    if (lane === patientLane && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        if (/^\s*(PASS|FAIL) /.test(line)) console.log(`  ${line.trim()}`);
        said.push(line);
      });
    }
    child.on('error', (error) => said.push(String(error)));
    child.on('close', (code) => {
      writeFileSync(join(results, `${lane}.log`), said.join('\n'));
      if (code !== 0) {
        console.log(said.filter((line) => !/^\s*PASS /.test(line)).join('\n'));
        failures.push(...failuresIn(said));
      }
      console.log(`${code === 0 ? '✓' : '✗'} ${lane} (${seconds(start)})`);
      done(code === 0);
    });
  });

const countsIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return countsIn(path);
    return entry.name.endsWith('.json') ? [JSON.parse(readFileSync(path, 'utf8'))] : [];
  });

const runAll = async () => {
  await prepareTests();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const waiting = Object.entries(lanes);
  let allWell = true;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) allWell = (await run(...next)) && allWell;
  };
  await Promise.all(Array.from({ length: side }, work));
  // These suites have the machine to themselves.
  allWell = (await run('quiet', ['quiet'])) && allWell;
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of countsIn(results)) for (const key of Object.keys(total)) total[key] += counts[key];
  // What fails without a count, such as the check of formats, counts once.
  if (!allWell) total.failed = Math.max(total.failed, 1);
  return total;
};

const start = performance.now();
let total;
try {
  total = await runAll();
} catch (error) {
  console.log(error instanceof Failure ? error.message : error);
  total = { passed: 0, failed: 1, skipped: 0 };
}
const { passed, failed, skipped } = total;
// A long output is read from its end.
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.join('\n')}`);
process.exitCode = failed ? 1 : 0;
console.log(`\nIn ${seconds(start)}:\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
