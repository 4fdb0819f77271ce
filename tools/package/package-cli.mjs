// Makes the npm packages of apps/cli and apps/strongroom-verify: one file each with every package in it, and no dependencies. The
// keychain's package has machine code, so whoever wants it installs it beside the command line.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const KEYCHAIN = '@napi-rs/keyring';

const manifest = (name, description, more = {}) => {
  const { version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const keywords = ['secrets', 'secrets-manager', 'cli', 'strongroom'];
  const program = `${name}.js`;
  return {
    name,
    version,
    description,
    keywords,
    license,
    engines,
    type: 'commonjs',
    bin: { [name]: program },
    files: [program],
    ...more,
  };
};

/** Makes the package of a program that is built. Returns its path. */
const packageProgram = ({ app, readme, manifest }, destination) => {
  const folder = resolve(destination, app);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Of its map, which is not in the package, there is nothing to say.
  const program = readFileSync(`dist/apps/${app}/main.js`, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n*$/, '\n');
  const [file] = manifest.files;
  writeFileSync(join(folder, file), `#!/usr/bin/env node\n${program}`);
  chmodSync(join(folder, file), 0o755);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(readme, join(folder, 'README.md'));
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  const args = ['pack', folder, '--pack-destination', resolve(destination), '--json', '--ignore-scripts', '--offline'];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  return join(resolve(destination), filename);
};

/**
 * The package of the command line.
 *
 * @param destination the folder for it
 */
export const packageCli = (destination) => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const description = 'The command line of Strongroom, a secrets manager that a team runs itself';
  const keychain = {
    peerDependencies: { [KEYCHAIN]: `^${devDependencies[KEYCHAIN]}` },
    peerDependenciesMeta: { [KEYCHAIN]: { optional: true } },
  };
  const program = {
    app: 'cli',
    readme: 'tools/package/cli-README.md',
    manifest: manifest('strongroom', description, keychain),
  };
  return packageProgram(program, destination);
};

/** The same of the program that proves, without a cluster, that nothing in a trail has changed. */
export const packageVerify = (destination) => {
  const description = 'Proves, without a cluster, that nothing in an audit trail of Strongroom has changed';
  const program = {
    app: 'strongroom-verify',
    readme: 'tools/package/verify-README.md',
    manifest: manifest('strongroom-verify', description),
  };
  return packageProgram(program, destination);
};
