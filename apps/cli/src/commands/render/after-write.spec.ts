import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { doAfterWrite } from './after-write';

const folder = temporaryDirectory('after-write');
afterAll(() => folder.remove());
const env = { PATH: process.env.PATH!, WORD: 'done' };
const exec = (command: string) => doAfterWrite({ kind: 'exec', command }, env);

it('runs a command of a shell, and says how it failed', async () => {
  const file = join(folder.path, 'out');
  expect(await exec(`echo $WORD > ${file}`)).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe('done\n');
  expect(await exec('exit 3')).toBe('the command ended with code 3');
  expect(await exec('kill -9 $$')).toBe('the command was ended by SIGKILL');
});

it('signals the process whose id is in the file, and says how that failed', async () => {
  const pidFile = join(folder.path, 'pid');
  const signal = () => doAfterWrite({ kind: 'signal', signal: 'SIGHUP', pidFile }, env);
  expect(await signal()).toBe(`${pidFile} cannot be read: ENOENT`);
  for (const text of ['', 'no id', '-1', '0']) {
    writeFileSync(pidFile, text);
    expect(await signal()).toBe(`${pidFile} must hold the id of a process`);
  }
  const child = spawn('sleep', ['60']);
  const exit = once(child, 'exit');
  writeFileSync(pidFile, `${child.pid}\n`);
  expect(await signal()).toBeUndefined();
  expect(await exit).toEqual([null, 'SIGHUP']);
  expect(await signal()).toBe(`process ${child.pid} got no SIGHUP: ESRCH`);
});
