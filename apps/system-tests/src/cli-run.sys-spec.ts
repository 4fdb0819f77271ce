import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { environmentOf } from './support/cli';
import { Dialogue } from './support/cli-process';
import { allow, policy } from './support/policies';
import { binary, entity, POLICY_NAME, System, text, unique } from './support/system';

let system: System;
const folder = temporaryDirectory('cli-run');

beforeAll(async () => {
  system = await System.shared();
});
afterAll(async () => {
  Dialogue.endAll();
  await system?.stop();
  folder.remove();
});

const GET = 'secretsmanager:GetSecretValue';
const read = allow(GET);
const denyAll = policy({ Effect: 'Deny', Action: GET, Resource: '*' });
/** Somebody with these rights, who calls by the command line. */
const somebody = async (document = read) => {
  const caller = await system.user('runs', document);
  const env: Record<string, string> = { PATH: process.env.PATH!, HOME: folder.path, ...environmentOf(system.cluster, caller) };
  return {
    env,
    strongroom: (...args: string[]) => Dialogue.strongroom(args, env),
    may: (rights: string) =>
      system.admin.identity.putInlinePolicy({
        target: entity.user(caller.name),
        policyName: POLICY_NAME,
        policyDocument: rights,
      }),
  };
};
const put = (secretId: string, value: string) => system.admin.secrets.putSecretValue({ secretId, value: text(value) });
const endOf = async (program: Dialogue) => ({ ...(await program.ended), err: program.err });
/** Tells its value and waits. */
const waiting = ['sh', '-c', 'echo "value $VALUE pid $$"; while :; do sleep 0.02; done'];

it('has values in the environment of the program, and nowhere else', async () => {
  const [whole, field] = [unique('canary'), unique('canary')];
  const { strongroom } = await somebody();
  const [one, other] = [await system.secret(whole), await system.secret(JSON.stringify({ password: field }))];
  const program = strongroom('run', '-s', `VALUE=${one}`, '-s', `FIELD=${other}#password`, '--', ...waiting);
  const [, pid] = await program.prints(/pid (\d+)\n/);
  const seen = (id: number | string, file: string) => readFileSync(`/proc/${id}/${file}`, 'latin1');
  expect(seen(pid!, 'environ')).toContain(`VALUE=${whole}\0`);
  expect(seen(pid!, 'environ')).toContain(`FIELD=${field}\0`);
  const elsewhere = [seen(pid!, 'cmdline'), seen(program.pid, 'cmdline'), seen(program.pid, 'environ'), program.err].join();
  for (const canary of [whole, field]) expect(elsewhere).not.toContain(canary);
  program.child.kill('SIGTERM');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGTERM' });
});

it('starts nothing when a secret is missing, refused, unfit or out of reach', async () => {
  const bytes = unique('bytes');
  await system.admin.secrets.createSecret({ name: bytes, value: binary(Buffer.from([0xff])) });
  const [json, denied] = [await system.secret('{"a": 1}'), await system.secret('a value', 'denied')];
  const { env } = await somebody(
    policy(
      { Action: GET, Resource: '*' },
      { Effect: 'Deny', Action: GET, Resource: 'arn:aws:secretsmanager:*:*:secret:denied-*' },
    ),
  );
  const started = join(folder.path, 'started');
  const attempt = (reference: string, more: Record<string, string> = {}) =>
    endOf(
      Dialogue.strongroom(['run', '--timeout', '1', '-s', `VALUE=${reference}`, '--', 'touch', started], { ...env, ...more }),
    );
  const outcomes = await Promise.all([
    attempt('no/such/secret'),
    attempt(denied),
    attempt(bytes),
    attempt(`${json}#b`),
    attempt(json, { STRONGROOM_SECRETS_API_ADDRESS: '127.0.0.1:9' }),
  ]);
  expect(outcomes.map(({ code }) => code)).toEqual([3, 4, 2, 2, 5]);
  expect(outcomes[0].err).toMatch(/^strongroom: no\/such\/secret: ResourceNotFoundException: /);
  expect(outcomes[1].err).toMatch(new RegExp(`^strongroom: ${denied}: AccessDeniedException: `));
  expect(outcomes[2].err).toBe('strongroom: VALUE: the value is binary, and a variable is text\n');
  expect(outcomes[3].err).toBe(`strongroom: ${json}#b: the value has no such key\n`);
  expect(existsSync(started)).toBe(false);
});

it('starts the program again when its secret changes, and keeps it when the right to read ends', async () => {
  const { strongroom, may } = await somebody();
  const secret = await system.secret('one');
  const program = strongroom('run', '--watch', '--min-interval', '0s', '-s', `VALUE=${secret}`, '--', ...waiting);
  const [, first] = await program.prints(/value one pid (\d+)\n/);
  await put(secret, 'two');
  const [, second] = await program.prints(/value two pid (\d+)\n/);
  expect(existsSync(`/proc/${first}`)).toBe(false);
  await may(denyAll);
  await program.prints(/cannot be read any more: AccessDeniedException: .*; the program keeps the environment/, 'err');
  await put(secret, 'three');
  expect(existsSync(`/proc/${second}`)).toBe(true);
  await may(read);
  await program.prints(/can be read again/, 'err');
  await program.prints(/value three/);
  program.child.kill('SIGTERM');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGTERM' });
  expect(program.out.match(/value \w+/g)).toEqual(['value one', 'value two', 'value three']);
});

it('ends the program when the right to read ends, if told to', async () => {
  const { strongroom, may } = await somebody();
  const secret = await system.secret('one');
  const program = strongroom('run', '--watch', '--on-lost', 'stop', '-s', `VALUE=${secret}`, '--', ...waiting);
  const [, pid] = await program.prints(/pid (\d+)\n/);
  await may(denyAll);
  expect(await endOf(program)).toMatchObject({ code: 4, err: expect.stringContaining('; the program is ended') });
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

it('uses its cache while the cluster is out of reach', async () => {
  const { env } = await somebody();
  const secret = await system.secret('kept');
  const [host, port] = env['STRONGROOM_SECRETS_API_ADDRESS']!.split(':');
  const relay = createServer((socket) => void pipeline(socket, connect(Number(port), host), socket, () => undefined));
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = `${host}:${(relay.address() as AddressInfo).port}`;
  const attempt = async (...flags: string[]) => {
    const key = join(folder.path, 'key');
    const args = ['run', '--timeout', '1', '--cache-key-file', key, ...flags, '-s', `VALUE=${secret}`, '--', 'printenv', 'VALUE'];
    const program = Dialogue.strongroom(args, { ...env, STRONGROOM_SECRETS_API_ADDRESS: address });
    return { code: (await program.ended).code, out: program.out, err: program.err };
  };
  expect(await attempt('--offline-cache')).toEqual({ code: 0, out: 'kept\n', err: '' });
  relay.close();
  expect(await attempt('--offline')).toEqual({
    code: 0,
    out: 'kept\n',
    err: expect.stringMatching(/^strongroom: the cluster cannot be reached; the value of .* is \d+ m?s old\n$/),
  });
  expect(await attempt('--offline-cache')).toMatchObject({ code: 5, out: '' });
});

it('renders a file, again on change, and runs a command each time', async () => {
  const { strongroom } = await somebody();
  const secret = await system.secret(JSON.stringify({ password: 'o"ne' }));
  const [template, out, log] = ['app.tpl', 'app.conf', 'log'].map((name) => join(folder.path, name));
  writeFileSync(template!, `{"password": {{ strongroom://${secret}#password | json }}}\n`);
  const program = strongroom('render', template!, '-o', out!, '--watch', '--exec', `cat '${out}' >> '${log}'; exit 1`);
  const hasLog = (...values: string[]) =>
    eventually(`the command has seen ${values.join()}`, () => {
      const lines = existsSync(log!) ? readFileSync(log!, 'utf8').trim().split('\n') : [];
      return lines.map((line) => (JSON.parse(line) as { password: string }).password).join() === values.join();
    });
  await hasLog('o"ne');
  await put(secret, JSON.stringify({ password: 'two' }));
  await hasLog('o"ne', 'two');
  await program.prints(/the command ended with code 1\n[^]*the command ended with code 1\n/, 'err');
  // A value that does not fit leaves the file as it is.
  await put(secret, 'no JSON');
  await program.prints(/app\.tpl:1:14: .*: the value is not JSON, so it has no keys; .*app\.conf stays as it is/, 'err');
  expect(readFileSync(out!, 'utf8')).toBe('{"password": "two"}\n');
  program.child.kill('SIGTERM');
  expect((await program.ended).code).toBe(0);
});
