import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { run } from '../../testing/cli-harness.testing';

const folder = temporaryDirectory('run-usage');
afterAll(() => folder.remove());
const env = { PATH: process.env.PATH, HOME: folder.path };

it.each([
  [['run', '--', 'true'], 'Nothing says which secrets the program gets.'],
  [['run', '-s', '1A=prod/db', '--', 'true'], '"1A" must be the name of a variable'],
  [['run', '-s', 'A=prod/db', '--on-change', 'reload', '--', 'true'], 'It must be restart, signal:<name>'],
  [['run', '-s', 'A=prod/db', '--on-change', 'signal:NONE', '--', 'true'], 'There is no signal NONE.'],
  [['run', '-s', 'A=prod/db', '--kill-after', 'soon', '--', 'true'], 'It must be a duration such as 10s'],
  [['run', '-s', 'A=prod/db', '--cache-key-file', 'k', '--', 'true'], '--cache-key-file is for --offline and --offline-cache'],
  [['run', '-e', join(folder.path, 'none'), '--', 'true'], '--env-file: cannot read'],
  [['render', join(folder.path, 'none')], 'Cannot read'],
  [['render', 'x.tpl', '--watch'], '--watch, --exec and --signal need --out'],
  [['render', 'x.tpl', '-o', 'x', '--signal', 'HUP'], '--signal and --pid-file need each other'],
  [['render', 'x.tpl', '-o', 'x', '--mode', '0888'], 'It must be three octal digits'],
])('refuses %j', async (args, message) => {
  const { code, err } = await run(args, { env });
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

it('names the template, line and column before anything is read', async () => {
  const template = join(folder.path, 'app.tpl');
  writeFileSync(template, 'a\n{{ strongroom:prod }}');
  expect(await run(['render', template], { env })).toMatchObject({ code: 2, err: expect.stringContaining('app.tpl:2:1: ') });
});

it('runs what needs no secret without a cluster, and passes options of the program on', async () => {
  const file = join(folder.path, 'plain.env');
  writeFileSync(file, 'A=1\nB=2\n');
  const out = join(folder.path, 'out');
  const script = `echo "$A $B $1 $2" > ${out}; exit 9`;
  expect(await run(['run', '-e', file, 'sh', '-c', script, 'sh', '--watch', '-o'], { env })).toMatchObject({ code: 9, err: '' });
});
