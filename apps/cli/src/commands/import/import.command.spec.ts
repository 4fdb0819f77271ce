import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { run, type TerminalOptions } from '../../testing/cli-harness.testing';

const directory = temporaryDirectory('import-command');
afterAll(() => directory.remove());
const file = (name: string, content = 'A=1\n'): string => {
  const path = join(directory.path, name);
  writeFileSync(path, content);
  return path;
};
/** Of a cluster that is not there: what is tried here ends before it is called. */
const env = { STRONGROOM_SECRETS_API_ADDRESS: 'localhost:1', STRONGROOM_TLS_CA_FILE: '/nowhere/ca', HOME: directory.path };
const refused = async (args: readonly string[], options: TerminalOptions = {}) => {
  const { code, out, err } = await run(['import', ...args], { ...options, env: { ...env, ...options.env } });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  return err;
};

it.each([[], ['file'], ['vault'], ['aws'], ['ssm'], ['infisical'], ['doppler']])(
  'shows how to use import %s',
  async (...source) => {
    const { code, out } = await run(['import', ...source, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n {2}\$ strongroom import /);
  },
);

it('says what a file is to become', async () => {
  expect(await refused([file('.env')])).toMatch(/one secret or many/);
  expect(await refused([file('.env'), '--as', 'object'])).toMatch(/--name/);
  expect(await refused([file('a.csv'), '--as', 'secrets', '--name', 'x'])).toMatch(/--name is for --as object/);
  expect(await refused([file('secrets.txt')])).toMatch(/does not say its format/);
  expect(await refused([file('export.age')])).toMatch(/Give --identity/);
  expect(await refused(['-', '--format', 'age', '--identity', 'x'])).toMatch(/must be a file/);
  expect(await refused([file('a.json', '{}'), '--identity', 'x'])).toMatch(/--identity is for exports/);
  expect(await refused([join(directory.path, 'none.json')])).toMatch(/none\.json: ENOENT/);
  expect(await refused([file('bad.json', '{"password": hunter2')])).toMatch(/bad\.json: It is not JSON/);
});

it('checks options before it reads anything', async () => {
  const source = file('b.json', '{}');
  expect(await refused([source, '--rate', '0'])).toMatch(/--rate/);
  expect(await refused([source, '--concurrency', '1.5'])).toMatch(/--concurrency/);
  expect(await refused([source, '--on-conflict', 'maybe'])).toMatch(/fail, skip, update/);
  expect(await refused([source, '--rename', '/nowhere/x'])).toMatch(/--rename/);
  expect(await refused([source, '--kms-key', '=x'])).toMatch(/--kms-key/);
  expect(await refused([source, '--kms-key', 'x', '--kms-key', 'y'])).toMatch(/only one key/);
});

it('takes tokens from a variable, a file or standard input, never from an argument', async () => {
  const address = ['--address', 'https://localhost:1'];
  expect(await refused(['vault'])).toMatch(/Vault has no address/);
  expect(await refused(['vault', ...address])).toMatch(/no token of Vault.*\n.*VAULT_TOKEN/);
  expect(await refused(['vault', ...address, '--token', 'hunter2'])).toMatch(/unknown option '--token'/);
  expect(await refused(['vault', ...address, '--token-file', file('empty', '')])).toMatch(/no token of Vault/);
  const odd = await refused(['vault', ...address, '--token-file', '-'], { stdin: 'hunter2\nhunter3' });
  expect(odd).toMatch(/one word/);
  expect(odd).not.toMatch(/hunter/);
  expect(await refused(['infisical', '--project', 'p'])).toMatch(/--environment/);
  expect(
    await refused(['infisical', '--project', 'p', '--environment', 'e'], { env: { INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: 'x' } }),
  ).toMatch(/needs both/);
  expect(await refused(['doppler', '--config', 'c'])).toMatch(/--config needs --project/);
  expect(await refused(['doppler'])).toMatch(/no token of Doppler/);
  const open = { DOPPLER_TOKEN: 'hunter2', DOPPLER_API_HOST: 'http://doppler.example.com' };
  const inTheOpen = await refused(['doppler'], { env: open });
  expect(inTheOpen).toMatch(/DOPPLER_API_HOST.*https/);
  expect(inTheOpen).not.toMatch(/hunter/);
});
