import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { run, type TerminalOptions } from '../../testing/cli-harness.testing';

const directory = temporaryDirectory('export-command');
afterAll(() => directory.remove());
const env = { STRONGROOM_SECRETS_API_ADDRESS: 'localhost:1', STRONGROOM_TLS_CA_FILE: '/nowhere/ca' };
const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const exported = (args: readonly string[], options: TerminalOptions = {}) => run(['export', ...args], { env, ...options });

it.each<[string[], TerminalOptions, number, RegExp]>([
  [[], {}, 2, /nothing says to whom/],
  [['--recipient', recipient], {}, 2, /--to must say/],
  [['--recipient', recipient, '--to', '-'], { tty: ['stdout'] }, 2, /does not go to a terminal/],
  [['--recipient', 'ssh-ed25519 AAAA', '--to', 'x'], {}, 2, /no public key of age/],
  [['--recipients-file', '/nowhere/x', '--to', 'x'], {}, 2, /nowhere\/x: ENOENT/],
  [['--plaintext', '--recipient', recipient], {}, 2, /exclude each other/],
  [['--plaintext'], { tty: ['stdout'] }, 4, /only into a pipe/],
  [['--plaintext', '--to', 'x.json'], {}, 4, /only into a pipe/],
  [['--plaintext'], {}, 2, /Give --yes/],
])('refuses export %j', async (args, options, code, fault) => {
  const result = await exported(args, options);
  expect(result).toMatchObject({ code, out: '' });
  expect(result.err).toMatch(fault);
});

it('asks before it replaces a file', async () => {
  const file = join(directory.path, 'there.age');
  writeFileSync(file, 'x');
  const args = ['--recipient', recipient, '--to', file];
  expect(await exported(args)).toMatchObject({ code: 2 });
  const declined = await exported(args, { answers: [['Replace it?', 'n']] });
  expect(declined).toMatchObject({ code: 1, out: '' });
  expect(declined.err).toMatch(/Nothing was exported/);
});
