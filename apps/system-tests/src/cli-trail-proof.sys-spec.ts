import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { temporaryDirectory } from '@strongroom/testing';
import { run } from '../../cli/src/testing/cli-harness.testing';
import { environmentOf } from './support/cli';
import { System, text, unique } from './support/system';
import { eventsOf } from './support/trail';

let system: System;
let admin: Record<string, string>;
const directory = temporaryDirectory('trail-proof');

beforeAll(async () => {
  system = await System.shared();
  admin = environmentOf(system.cluster, system.admin.credentials);
});
afterAll(async () => {
  directory.remove();
  await system?.stop();
});

/** What a command prints, in a file. */
const kept = async (name: string, ...args: string[]): Promise<string> => {
  const { code, out, err } = await run(args, { env: admin });
  expect([code, err]).toEqual([0, '']);
  const file = join(directory.path, name);
  writeFileSync(file, out);
  return file;
};

/** Without an environment: it needs no cluster. */
const verify = (...args: string[]) =>
  new Promise<{ code: unknown; out: string }>((done) => {
    const program = resolve('dist/apps/strongroom-verify/main.js');
    execFile(process.execPath, [program, ...args], { env: {} }, (error, out) => done({ code: error ? error.code : 0, out }));
  });

it('proves with what somebody has kept that nothing before it has changed, and that an event is there', async () => {
  const key = await kept('trail.key', 'trail', 'checkpoint', '--keys');
  const older = await kept('older.checkpoint', 'trail', 'checkpoint');
  const created = system.admin.secrets.createSecret({ name: unique('proven'), value: text('open sesame') });
  await created;
  const [event] = await eventsOf(system.admin, await created.requestId);
  const proof = await kept('today.proof', 'trail', 'prove', event!.eventId, '--since', older);

  const proven = await verify('--key', key, '--checkpoint', older, '--proof', proof);
  expect(proven).toMatchObject({ code: 0 });
  expect(proven.out).toMatch(/none of the first \d+ events has changed/);
  expect(proven.out).toContain(`event ${event!.sequence} is in the checkpoint`);
  expect(proven.out).toContain(`CreateSecret (secretsmanager.amazonaws.com), id ${event!.eventId}`);

  const forged = join(directory.path, 'forged.proof');
  writeFileSync(forged, readFileSync(proof, 'utf8').replace('CreateSecret', 'DescribeSecret'));
  expect(await verify('--key', key, '--checkpoint', older, '--proof', forged)).toMatchObject({
    code: 1,
    out: expect.stringContaining('CHANGED'),
  });
});

it('proves an export, and names what somebody changed in it', async () => {
  const key = await kept('export.key', 'trail', 'checkpoint', '--keys');
  const older = await kept('export.checkpoint', 'trail', 'checkpoint');
  await system.admin.secrets.createSecret({ name: unique('exported'), value: text('open sesame') });
  const archive = join(directory.path, 'archive');
  const { code, err } = await run(['trail', 'export', archive], { env: admin });
  expect(code).toBe(0);
  const last = /up to event (\d+)/.exec(err)![1]!;
  const partly = await verify('--key', key, '--checkpoint', older, '--export', archive);
  expect(partly).toMatchObject({ code: 3, out: expect.stringMatching(/no checkpoint or proof covers the events \d+ to \d+/) });
  const proof = await kept('export.proof', 'trail', 'prove', last, '--since', older);
  const evidence = ['--key', key, '--checkpoint', older, '--proof', proof, '--export', archive];
  expect(await verify(...evidence)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`the events 1 to ${last} lead to event ${last} of a proof`),
  });

  const files = readdirSync(archive, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json.gz'));
  const file = join(archive, files.sort().at(-1)!);
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  const at = lines.findLastIndex((line) => line.includes('"eventName":"CreateSecret"'));
  lines[at] = lines[at]!.replace('"eventName":"CreateSecret"', '"eventName":"DescribeSecret"');
  writeFileSync(file, gzipSync(lines.join('\n')));
  const changed = await verify(...evidence);
  expect(changed).toMatchObject({ code: 1 });
  expect(changed.out).toMatch(
    new RegExp(`^CHANGED: ${file}, line ${at + 1}: event \\d+ was changed: eventName is not what was hashed$`, 'm'),
  );
});

it('says what is wrong with a command', async () => {
  expect(await run(['trail', 'prove'], { env: admin })).toMatchObject({
    code: 2,
    err: expect.stringContaining('nothing to prove'),
  });
  expect(await run(['trail', 'prove', '--since', '/nowhere'], { env: admin })).toMatchObject({ code: 2 });
  expect(await run(['trail', 'prove', 'x'], { env: admin })).toMatchObject({ code: 2 });
  expect(await run(['trail', 'checkpoint', '--size', '999999999'], { env: admin })).toMatchObject({ code: 3 });
});
