import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@strongroom/clock';
import { systemRandom } from '@strongroom/random';
import { temporaryDirectory } from '@strongroom/testing';
import { LocalToken } from './local-token';

let folder: ReturnType<typeof temporaryDirectory>;
let path: string;
let clock: ManualClock;

const open = (mode = 0o600) => LocalToken.open({ path, mode, random: systemRandom, clock });
const write = (text: string, mode = 0o600) => {
  writeFileSync(path, text);
  chmodSync(path, mode);
};

beforeEach(() => {
  folder = temporaryDirectory('token');
  path = join(folder.path, 'token');
  clock = new ManualClock();
});
afterEach(() => folder.remove());

it.each([0o600, 0o640])('makes the file with mode %o, whole, and leaves nothing else', (mode) => {
  const token = open(mode);
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
  expect(statSync(path).mode & 0o7777).toBe(mode);
  expect(readdirSync(folder.path)).toEqual(['token']);
  expect([token.matches(text.trim()), token.matches(`${text.trim()}x`), token.matches('')]).toEqual([true, false, false]);
});

it('makes another one each time', () => {
  open();
  const first = readFileSync(path, 'utf8');
  path = join(folder.path, 'other');
  open();
  expect(readFileSync(path, 'utf8')).not.toBe(first);
});

it('takes the token that is there', () => {
  write('a-token-of-the-operator\n', 0o440);
  const token = open();
  expect(readFileSync(path, 'utf8')).toBe('a-token-of-the-operator\n');
  expect([token.matches('a-token-of-the-operator'), token.matches('a-token-of-the-operatoR')]).toEqual([true, false]);
});

it('sees another token when it is first shown, and then knows the old one no more', () => {
  write('the-first-token-of-two');
  const token = open();
  write('the-second-token-of-two');
  expect(token.matches('the-second-token-of-two')).toBe(false);
  clock.advance(1_000);
  expect(token.matches('the-second-token-of-two')).toBe(true);
  expect(token.matches('the-first-token-of-two')).toBe(false);
});

it('stays with its token while the file holds none', () => {
  write('the-first-token-of-two');
  const token = open();
  write('short');
  clock.advance(1_000);
  expect([token.matches('short'), token.matches('the-first-token-of-two')]).toEqual([false, true]);
});

it.each([
  ['is open to everybody', () => write('a-token-of-the-operator', 0o644), 'must have mode 0600'],
  ['its group may write', () => write('a-token-of-the-operator', 0o660), 'must have mode 0600'],
  ['is too short', () => write('fifteen-letters'), 'must hold a token of 16 to 4,096 printable characters'],
  ['has a line too many', () => write('a-token-of-the-operator\nand-more'), 'must hold a token'],
  ['is a device', () => symlinkSync('/dev/null', path), 'is not a regular file'],
  ['has no folder', () => (path = join(folder.path, 'no', 'token')), 'cannot be made (ENOENT)'],
])('refuses a file that %s', (_what, prepare, rule) => {
  prepare();
  expect(() => open()).toThrow(`STRONGROOM_AGENT_TOKEN_FILE: the file ${path} ${rule}`);
});
