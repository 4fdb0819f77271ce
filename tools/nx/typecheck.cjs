const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { together } = require('./together.cjs');

// The compiler in machine code takes an eighth of the time; other tools need the one in JavaScript.
const compiler = join(dirname(require.resolve('typescript-7/package.json')), 'bin/tsc');

const SHARED = 'tsconfig.json';

/** A project whose code runs elsewhere, in a browser, has a configuration of its own; the rest share one. */
const configurationsOf = (projects) => {
  const own = projects.map(({ root }) => join(root, SHARED));
  return [...new Set(own.map((file) => (existsSync(file) ? file : SHARED)))];
};

/** Resolves with the compiler's lines; what it learned stays in dist/, so that the next time it reads what changed alone. */
const compile = (configuration) =>
  new Promise((resolve, reject) => {
    const learned = `dist/${configuration === SHARED ? 'tsc' : dirname(configuration).replaceAll('/', '-')}.tsbuildinfo`;
    const remember = ['--incremental', '--tsBuildInfoFile', learned];
    // Threads that check side by side check much of it twice, and `npm test` keeps the other processors busy.
    const flags = ['-p', configuration, '--pretty', 'false', '--singleThreaded', ...remember];
    const child = spawn(process.execPath, [compiler, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ lines: output.split('\n').filter(Boolean), code }));
  });

module.exports = together(async (projects) => {
  const lines = [];
  let elsewhere = false;
  for (const configuration of configurationsOf(projects)) {
    const said = await compile(configuration);
    lines.push(...said.lines);
    elsewhere ||= said.lines.some((line) => /^error TS/.test(line)) || (said.code !== 0 && !said.lines.length);
  }
  if (lines.length) console.log(lines.join('\n'));
  return new Map(
    projects.map(({ name, root }) => {
      const failed = elsewhere || lines.some((line) => line.startsWith(`${root}/`));
      return [name, { passed: 0, failed: failed ? 1 : 0, skipped: 0 }];
    }),
  );
});
