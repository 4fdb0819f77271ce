import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@strongroom/testing';
import { strongroom } from './support/command-line';
import { type RunningSystem, System } from './support/system';

jest.setTimeout(120_000);

let system: RunningSystem;
const directory = temporaryDirectory('cli-package');
const run = promisify(execFile);

beforeAll(async () => {
  system = await System.running();
});
afterAll(async () => {
  directory.remove();
  await system?.stop();
});

it('is one file that an empty project installs without a network, and that calls a cluster', async () => {
  const script = `
    import { packageCli } from './tools/package/package-cli.mjs';
    process.stdout.write(packageCli(${JSON.stringify(directory.path)}));
  `;
  const { stdout: file } = await run(process.execPath, ['--input-type=module', '-e', script]);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(file).toBe(join(directory.path, `strongroom-${version}.tgz`));

  const project = directory.path;
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', file], { cwd: project });
  const installed = join(project, 'node_modules/strongroom');
  expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'package.json', 'strongroom.js']);
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['strongroom']);

  const options = {
    cwd: project,
    program: ['npx', '--offline', 'strongroom'] as const,
    env: { XDG_CONFIG_HOME: join(project, 'config') },
  };
  expect(await strongroom(['--help'], options)).toMatchObject({ code: 0, out: expect.stringContaining('Usage: strongroom') });
  expect(await strongroom(['--version'], options)).toMatchObject({ code: 0, out: `${version}\n` });
  const secret = await system.secret('open sesame');
  // Without the package of the keychain, it takes a file.
  expect(await strongroom(['login', '--env-file', system.cluster.environmentFile], options)).toMatchObject({ code: 0 });
  expect(await strongroom(['get', secret], options)).toEqual({ code: 0, out: 'open sesame', err: '' });
});
