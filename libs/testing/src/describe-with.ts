import { isInstalled } from '@strongroom/local-cluster';

/**
 * Like `describe` where this program is installed, as `npm test` sees to when it runs as root on Debian; elsewhere its tests are
 * skipped, are counted as skipped, and a line says why.
 */
export const describeWith = (program: string, name: string, tests: () => void): void => {
  if (isInstalled(program)) return describe(name, tests);
  process.stderr.write(`skipped: "${name}", since ${program} is not installed\n`);
  describe.skip(`${name} (${program} is not installed)`, tests);
};
