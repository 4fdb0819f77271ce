// `npm run lint`: eslint (with the boundaries between projects), cycles and layers of imports, formatting, and the contracts. Every check runs, whatever the others say.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Failure, run, step } from './bootstrap/terminal.mjs';

// What the contracts were at the last release; made by `buf build proto -o proto/baseline.binpb`.
const baseline = 'proto/baseline.binpb';

const bin = (name) => `node_modules/.bin/${name}`;
const checks = [
  { title: 'eslint', command: [bin('eslint'), '.', '--max-warnings=0'] },
  {
    title: 'imports',
    command: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'apps', 'libs', 'tools'],
  },
  { title: 'prettier', command: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  { title: 'buf lint', command: [bin('buf'), 'lint', 'proto'] },
  { title: 'buf breaking', command: [bin('buf'), 'breaking', 'proto', '--against', baseline], needs: baseline },
  { title: 'types', command: [bin('tsc'), '-p', 'tsconfig.base.json'], typecheck: true },
];

/** Runs checks one after the other and prints what they found. Resolves with the titles of those that failed. */
export const lint = async ({ typecheck = false } = {}) => {
  const failed = [];
  for (const { title, command, needs } of checks.filter((check) => typecheck || !check.typecheck)) {
    if (needs && !existsSync(needs)) continue;
    try {
      await step(title, () => run(command[0], command.slice(1), { env: { ...process.env, NX_DAEMON: 'false' }, whole: true }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.log(error.message);
      failed.push(title);
    }
  }
  return failed;
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit((await lint()).length ? 1 : 0);
