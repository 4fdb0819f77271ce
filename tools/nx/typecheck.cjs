const { spawn } = require('node:child_process');
const { together } = require('./together.cjs');

const compiler = require.resolve('typescript/bin/tsc');

/** Resolves with the compiler's lines; what it learned stays in dist/, so that the next time it reads what changed alone. */
const compile = () =>
  new Promise((resolve, reject) => {
    const flags = ['-p', 'tsconfig.base.json', '--pretty', 'false', '--incremental', '--tsBuildInfoFile', 'dist/tsc.tsbuildinfo'];
    const child = spawn(process.execPath, [compiler, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ lines: output.split('\n').filter(Boolean), code }));
  });

module.exports = together(async (projects) => {
  const { lines, code } = await compile();
  if (lines.length) console.log(lines.join('\n'));
  const elsewhere = lines.filter((line) => /^error TS/.test(line)).length || (code !== 0 && !lines.length);
  return new Map(
    projects.map(({ name, root }) => {
      const failed = elsewhere || lines.some((line) => line.startsWith(`${root}/`));
      return [name, { passed: 0, failed: failed ? 1 : 0, skipped: 0 }];
    }),
  );
});
