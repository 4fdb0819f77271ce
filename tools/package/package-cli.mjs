// Makes the npm package of apps/cli: one file with every package in it, and no dependencies. The keychain's package has machine code,
// so whoever wants it installs it beside this one.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROGRAM = 'dist/apps/cli/main.js';
const KEYCHAIN = '@napi-rs/keyring';

const manifest = () => {
  const { version, license, engines, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  return {
    name: 'strongroom',
    version,
    description: 'The command line of Strongroom, a secrets manager that a team runs itself',
    keywords: ['secrets', 'secrets-manager', 'cli', 'strongroom'],
    license,
    engines,
    type: 'commonjs',
    bin: { strongroom: 'strongroom.js' },
    files: ['strongroom.js'],
    peerDependencies: { [KEYCHAIN]: `^${devDependencies[KEYCHAIN]}` },
    peerDependenciesMeta: { [KEYCHAIN]: { optional: true } },
  };
};

/**
 * Makes the package of the program that is built. Returns its path.
 *
 * @param destination the folder for it
 */
export const packageCli = (destination) => {
  const folder = resolve(destination, 'cli');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Of its map, which is not in the package, there is nothing to say.
  const program = readFileSync(PROGRAM, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n*$/, '\n');
  writeFileSync(join(folder, 'strongroom.js'), `#!/usr/bin/env node\n${program}`);
  chmodSync(join(folder, 'strongroom.js'), 0o755);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  copyFileSync('tools/package/cli-README.md', join(folder, 'README.md'));
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  const args = ['pack', folder, '--pack-destination', resolve(destination), '--json', '--ignore-scripts', '--offline'];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  return join(resolve(destination), filename);
};
