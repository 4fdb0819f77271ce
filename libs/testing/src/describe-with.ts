import { isInstalled } from '@strongroom/local-cluster';

/**
 * Like `describe` if this program is installed, which `npm test` ensures when it runs as root on Debian. Elsewhere its tests are
 * skipped and counted as skipped, and a line says why.
 */
export const describeWith = (program: string, name: string, tests: () => void): void => {
  if (isInstalled(program)) return describe(name, tests);
  process.stderr.write(`skipped: "${name}", since ${program} is not installed\n`);
  describe.skip(`${name} (${program} is not installed)`, tests);
};
