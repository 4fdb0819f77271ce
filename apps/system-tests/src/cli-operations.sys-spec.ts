import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SeededRandom, randomInteger } from '@strongroom/random';
import { eventually } from '@strongroom/testing';
import { run, TestTerminal } from '../../cli/src/testing/cli-harness.testing';
import { type Api, outcome } from './support/api';
import { environmentOf } from './support/cli';
import { allow, policy } from './support/policies';
import { entity, System, type TestCaller, text, unique } from './support/system';

let system: System;
let admin: Record<string, string>;

beforeAll(async () => {
  system = await System.shared();
  admin = environmentOf(system.cluster, system.admin.credentials);
});
afterAll(() => system?.stop());

const json = async <T>(args: readonly string[], env = admin): Promise<{ code: number; data: T; err: string }> => {
  const { code, out, err } = await run([...args, '--output', 'json'], { env });
  return { code, data: (out === '' ? undefined : JSON.parse(out)) as T, err };
};

describe('rotate', () => {
  const secretOf = async (value: unknown) => {
    const name = unique('cli-rotation');
    await system.admin.secrets.createSecret({ name, value: text(JSON.stringify(value)), clientRequestToken: randomUUID() });
    return name;
  };

  it('shows the steps of a rotation until it has ended', async () => {
    const name = await secretOf({ username: 'app', password: 'before' });
    const dry = await json<{ wouldStart: boolean; checks: { what: string; result: string }[] }>([
      ...['rotate', name, '--dry-run', '--function', 'strongroom-password'],
    ]);
    expect(dry).toMatchObject({ code: 0, data: { wouldStart: true } });
    expect(dry.data.checks.map(({ what, result }) => `${what} ${result}`)).toEqual([
      'state ok',
      'function ok',
      'permission ok',
      'fields ok',
    ]);
    expect((await system.admin.secrets.describeSecret({ secretId: name })).rotationEnabled).toBeFalsy();

    const { code, out } = await run(['rotate', name, '--function', 'strongroom-password', '--watch'], { env: admin });
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/createSecret +done in[\s\S]*finishSecret +done in[\s\S]*rotation +succeeded/),
    ]);
    const { value } = await system.admin.secrets.getSecretValue({ secretId: name });
    expect(value?.value?.value).not.toContain('before');
    const again = await run(['rotate', name, '--watch'], { env: admin });
    expect([again.code, again.out.match(/rotation +succeeded/g)?.length]).toEqual([0, 1]);

    const status = await json<{ rotationEnabled: boolean; runs: { state: string; kind: string }[] }>(['rotate', 'status', name]);
    expect(status.data).toMatchObject({
      rotationEnabled: true,
      runs: [{ state: 'succeeded', kind: 'rotation' }, { state: 'succeeded' }],
    });
  });

  it('says why one failed and what to do, and drops the new version', async () => {
    const name = await secretOf({ engine: 'mariadb', username: 'app', password: 'kept-secret' });
    const args = ['rotate', name, '--function', 'strongroom-mariadb-single-user'];
    const dry = await run([...args, '--dry-run'], { env: admin });
    expect([dry.code, dry.out]).toEqual([6, expect.stringContaining('The field "host" must be a string that is not empty.')]);
    const { code, out, err } = await run([...args, '--watch'], { env: admin });
    expect([code, out, err]).toEqual([
      1,
      expect.stringMatching(/createSecret +failed .*"host"/),
      expect.stringMatching(/RetryRotation|RollBack/),
    ]);
    expect(dry.out + out + err).not.toContain('kept-secret');
    expect(await run(['rotate', 'roll-back', name], { env: admin })).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    });
    // The current value has no host either, so nobody can log in with it.
    expect(await run(['rotate', 'roll-back', name, '--yes'], { env: admin })).toMatchObject({ code: 6 });
    expect((await run(['rotate', 'cancel', name], { env: admin })).code).toBe(0);
    expect((await json<{ rotationEnabled: boolean }>(['rotate', 'status', name])).data.rotationEnabled).toBe(false);
  });

  it('configures a schedule, and watches the test of it', async () => {
    const name = await secretOf({ password: 'kept' });
    const args = ['rotate', 'config', name, '--function', 'strongroom-password', '--every', '30d', '--watch'];
    const { code, out } = await run(args, { env: admin });
    expect([code, out]).toEqual([0, expect.stringMatching(/every 30 days[\s\S]*testSecret +done[\s\S]*test +succeeded/)]);
    const { value } = await system.admin.secrets.getSecretValue({ secretId: name });
    expect(value?.value?.value).toContain('kept');
    expect(await run(['rotate', 'config', name, '--schedule', 'rate(1 hour)'], { env: admin })).toMatchObject({ code: 2 });
    expect(await run(['rotate', 'absent/secret'], { env: admin })).toMatchObject({ code: 3 });
  });
});

describe('functions', () => {
  it('registers a function, which rotations then call, and takes it away', async () => {
    const steps: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        steps.push((JSON.parse(body) as { Step: string }).Step);
        // What is refused so is not tried again.
        response.writeHead(400).end(JSON.stringify({ message: 'none today' }));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const name = unique('function');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const place = await json(['functions', 'register', name, '--url', url, '--grpc', 'localhost:1']);
      expect([place.code, place.err]).toEqual([2, expect.stringContaining('--url or --grpc')]);
      const unread = await json(['functions', 'register', name, '--url', url, '--ca', '/proc/none']);
      expect([unread.code, unread.err]).toEqual([2, expect.stringContaining('--ca: /proc/none cannot be read (ENOENT)')]);
      const made = await json<{ functionArn: string }>(['functions', 'register', name, '--url', url, '--timeout', '20s']);
      expect(made).toMatchObject({ code: 0, data: { functionArn: expect.stringMatching(`:function:${name}$`) } });
      const { out } = await run(['functions', 'ls'], { env: admin });
      expect(out).toMatch(new RegExp(`^${name}\\s+${url}\\s+20 s\\s+\\d{4}-`, 'm'));
      expect(out).toMatch(/^strongroom-password\s+built in\s+30 s/m);

      const secret = await system.secret('of a function');
      const rotated = await run(['rotate', secret, '--function', name, '--watch'], { env: admin });
      expect([rotated.code, rotated.out]).toEqual([1, expect.stringContaining('RotationFunctionRefused')]);
      expect(steps).toEqual(['createSecret']);

      expect((await json(['functions', 'rm', name, '--yes'])).code).toBe(0);
      expect((await run(['functions', 'ls'], { env: admin })).out).not.toContain(name);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

describe('trail', () => {
  it('lists, verifies and follows events', async () => {
    const name = await system.secret('value', 'cli-trail');
    const ending = new TestTerminal({ env: admin });
    const tail = run(['trail', 'tail', '--resource', name, '--event', 'DescribeSecret', '--output', 'json'], ending);
    const seen = () =>
      ending.out
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { eventName: string }).eventName);
    // Until it follows, calls are not seen.
    await eventually('the tail shows a call', async () => {
      await system.admin.secrets.describeSecret({ secretId: name });
      return seen().length > 0;
    });
    ending.interrupt();
    expect((await tail).code).toBe(130);
    expect(new Set(seen())).toEqual(new Set(['DescribeSecret']));

    const events = await json<{ eventName: string; userIdentity: { arn: string } }[]>([
      'trail',
      '--resource',
      name,
      '--since',
      '1h',
    ]);
    expect(events.code).toBe(0);
    expect(events.data.map(({ eventName }) => eventName)).toEqual(expect.arrayContaining(['DescribeSecret', 'CreateSecret']));
    const one = await run(['trail', '--resource', name, '--event', 'CreateSecret', '-n', '1'], { env: admin });
    expect(one.out.split('\t')).toEqual([
      expect.stringMatching(/^\d{4}-/),
      'admin',
      'CreateSecret',
      expect.stringContaining(name),
      'ok\n',
    ]);

    const verified = await json<{ valid: boolean; resumeToken: string; eventsVerified: number }>(['trail', 'verify']);
    expect([verified.code, verified.data.valid]).toEqual([0, true]);
    const rest = await json<{ eventsVerified: number }>(['trail', 'verify', '--resume-token', verified.data.resumeToken]);
    expect(rest.data.eventsVerified).toBeGreaterThanOrEqual(verified.data.eventsVerified);
    expect(await run(['trail', '--since', 'yesterday'], { env: admin })).toMatchObject({ code: 2 });
  });
});

describe('can', () => {
  const ACTIONS = ['GetSecretValue', 'DescribeSecret', 'TagResource'] as const;
  type ActionName = (typeof ACTIONS)[number];

  const call: Record<ActionName, (api: Api, secretId: string) => Promise<unknown>> = {
    GetSecretValue: (api, secretId) => api.secrets.getSecretValue({ secretId }),
    DescribeSecret: (api, secretId) => api.secrets.describeSecret({ secretId }),
    TagResource: (api, secretId) => api.secrets.tagResource({ secretId, tags: [{ key: 'touched', value: 'yes' }] }),
  };

  it('agrees with what calls do, for generated callers, policies and secrets', async () => {
    const random = new SeededRandom('who can do what');
    const pick = <T>(from: readonly T[]): T => from[randomInteger(random, from.length)]!;
    const chance = (percent: number) => randomInteger(random, 100) < percent;
    const { accountId, api } = await system.account();
    const owner = environmentOf(system.cluster, api.credentials);

    const teams = ['red', 'blue'];
    const secrets = await Promise.all(
      [0, 1, 2].map(async (at) => {
        const name = `${teams[at % 2]}/${unique('can')}`;
        const tags = [{ key: 'team', value: pick(teams) }];
        const { arn } = await api.secrets.createSecret({ name, value: text('x'), tags });
        return { name, arn };
      }),
    );
    const resource = () =>
      pick(['*', `arn:aws:secretsmanager:*:*:secret:red/*`, `arn:aws:secretsmanager:*:*:secret:blue/*`, pick(secrets).arn]);
    const actions = () => `secretsmanager:${pick([...ACTIONS, 'Get*', '*', 'Describe*'])}`;
    const conditions = [
      undefined,
      undefined,
      { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
      { StringNotEquals: { 'secretsmanager:ResourceTag/team': 'red' } },
      { StringEquals: { 'secretsmanager:VersionStage': 'AWSPREVIOUS' } },
      { Bool: { 'aws:SecureTransport': 'true' } },
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
      { Null: { 'secretsmanager:resource/AllowRotationLambdaArn': 'true' } },
    ];
    const statement = (more: object = {}) => {
      const condition = pick(conditions);
      const effect = chance(25) ? 'Deny' : 'Allow';
      return { Effect: effect, Action: actions(), Resource: resource(), ...(condition && { Condition: condition }), ...more };
    };
    const document = (most: number, more?: () => object) =>
      policy(...Array.from({ length: 1 + randomInteger(random, most) }, () => statement(more?.())));

    const groupName = unique('can-group');
    await api.identity.createGroup({ groupName });
    await api.identity.putInlinePolicy({ target: entity.group(groupName), policyName: 'of-group', policyDocument: document(2) });
    const managed = await Promise.all(
      [0, 1].map((at) => api.identity.createPolicy({ policyName: unique(`can-${at}`), policyDocument: document(3) })),
    );
    const boundary = await api.identity.createPolicy({
      policyName: unique('can-boundary'),
      policyDocument: allow('secretsmanager:Get*'),
    });

    const callers: TestCaller[] = [];
    for (let at = 0; at < 10; at++) {
      const isRole = at % 3 === 2;
      const caller = await system[isRole ? 'role' : 'user']('can', chance(80) ? document(3) : undefined, api);
      const target = isRole ? entity.role(caller.name) : entity.user(caller.name);
      await api.identity.tagPrincipal({ target, tags: [{ key: 'team', value: pick(teams) }] });
      if (chance(50)) await api.identity.attachPolicy({ target, policyArn: pick(managed).policy!.arn });
      if (!isRole && chance(50)) await api.identity.addUserToGroup({ groupName, userName: caller.name });
      if (chance(30)) await api.identity.putPermissionsBoundary({ target, policyArn: boundary.policy!.arn });
      callers.push(caller);
    }
    for (const { name } of secrets.slice(1)) {
      const principal = () => ({
        Principal: pick<unknown>(['*', { AWS: accountId }, { AWS: pick(callers).arn }]),
        Resource: '*',
      });
      await api.secrets.putResourcePolicy({ secretId: name, resourcePolicy: document(2, principal) }).catch((error: Error) => {
        // One that would lock out its author is refused, and the secret has none.
        expect(error.message).toMatch(/policy/i);
      });
    }

    const nameOf = ({ arn, name }: TestCaller) => `${arn.includes(':role/') ? 'role' : 'user'}/${name}`;
    const textOf = (action: ActionName) => `secretsmanager:${action}`;
    const counts = { allowed: 0, denied: 0 };
    for (const { name } of secrets) {
      for (const action of ACTIONS) {
        const really = [];
        for (const caller of callers) {
          const real = await outcome(call[action](caller.api, name));
          expect(real).toMatch(/^(ok|permission-denied AccessDeniedException)$/);
          counts[real === 'ok' ? 'allowed' : 'denied']++;
          if (real === 'ok') really.push(nameOf(caller));
        }
        const { data } = await json<{ principal: string }[]>(['who-can', textOf(action), name], owner);
        const said = data.map(({ principal }) => principal).filter((who) => callers.some((caller) => nameOf(caller) === who));
        expect([action, name, said.sort()]).toEqual([action, name, really.sort()]);
      }
    }
    // A table of one kind would prove nothing.
    const cases = callers.length * secrets.length * ACTIONS.length;
    expect(Math.min(counts.allowed, counts.denied)).toBeGreaterThan(cases / 10);

    for (const caller of callers) {
      const [action, { name }] = [pick(ACTIONS), pick(secrets)];
      const real = await outcome(call[action](caller.api, name));
      const said = await json<{ decision: string }>(['can', nameOf(caller), textOf(action), name], owner);
      const expected = real === 'ok' ? [0, 'allowed'] : [4, 'denied'];
      expect([nameOf(caller), action, name, said.code, said.data.decision]).toEqual([nameOf(caller), action, name, ...expected]);
    }
  });

  it('names the statement that decides, what is missing, and what it assumed', async () => {
    const { accountId, api } = await system.account();
    const owner = environmentOf(system.cluster, api.credentials);
    const name = unique('can-words');
    await api.secrets.createSecret({ name, value: text('x') });
    const document = policy(
      { Action: 'kms:*', Resource: '*' },
      {
        Sid: 'Inside',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      },
      { Sid: 'Never', Effect: 'Deny', Action: 'secretsmanager:DeleteSecret', Resource: '*' },
    );
    const user = await system.user('can-words', undefined, api);
    const { policy: managed } = await api.identity.createPolicy({ policyName: unique('can-words'), policyDocument: document });
    await api.identity.attachPolicy({ target: entity.user(user.name), policyArn: managed!.arn });
    const who = `user/${user.name}`;

    const inside = await json(['can', who, 'GetSecretValue', name, '--context', 'aws:SourceIp=10.1.2.3'], owner);
    expect(inside).toMatchObject({
      code: 0,
      data: {
        decision: 'allowed',
        policy: {
          kind: 'managed policy',
          arn: managed!.arn,
          version: 'v1',
          statement: 'Statement[1]',
          sid: 'Inside',
          effect: 'Allow',
        },
        assumed: [],
      },
    });
    const elsewhere = await json(['can', who, 'GetSecretValue', name], owner);
    expect(elsewhere).toMatchObject({
      code: 4,
      data: { decision: 'denied', denial: 'implicit', assumed: [{ key: 'aws:sourceip' }] },
    });
    const never = await run(['can', who, 'DeleteSecret', name], { env: owner });
    expect([never.code, never.out]).toEqual([4, expect.stringMatching(/denied explicitly[\s\S]*Statement\[2\] \(Never\)/)]);
    await api.identity.createPolicyVersion({
      policyArn: managed!.arn,
      policyDocument: allow('secretsmanager:*'),
      setAsDefault: true,
    });
    expect(await json(['can', user.arn, 'DeleteSecret', name], owner)).toMatchObject({
      code: 0,
      data: { policy: { version: 'v2' } },
    });

    // Somebody who may not read policies learns that, and no decision.
    const own = environmentOf(system.cluster, user.api.credentials);
    expect(await run(['can', 'me', 'GetSecretValue', name], { env: own })).toMatchObject({
      code: 7,
      err: expect.stringContaining('iam'),
    });
    expect(await run(['can', 'user/nobody', 'GetSecretValue', name], { env: owner })).toMatchObject({ code: 3 });
    const foreign = await json(['can', `arn:aws:iam::${system.cluster.accountId}:user/admin`, 'GetSecretValue', name], owner);
    expect(foreign).toMatchObject({ code: 4, data: { because: expect.stringContaining('has no policy that allows it') } });
    expect(accountId).not.toBe(system.cluster.accountId);
  });

  it('asks the key of a secret, too', async () => {
    const { accountId, api } = await system.account();
    const owner = environmentOf(system.cluster, api.credentials);
    const user = await system.user('can-key', allow(['secretsmanager:*', 'kms:Decrypt']), api);
    const other = await system.user('can-key', allow('secretsmanager:*'), api);
    const { keyMetadata } = await api.keys.createKey();
    const name = unique('can-key');
    await api.secrets.createSecret({ name, value: text('x'), kmsKeyId: keyMetadata!.arn });
    const check = async () => {
      const told = [];
      for (const { name: userName, api: own } of [user, other]) {
        const { data } = await json<{ decision: string }>(['can', `user/${userName}`, 'GetSecretValue', name], owner);
        const real = await outcome(own.secrets.getSecretValue({ secretId: name }));
        expect([userName, data.decision]).toEqual([userName, real === 'ok' ? 'allowed' : 'denied']);
        told.push(data.decision);
      }
      return told;
    };
    expect(await check()).toEqual(['allowed', 'denied']);
    await api.keys.createGrant({ keyId: keyMetadata!.arn, granteePrincipal: other.arn, operations: ['Decrypt'] });
    expect(await check()).toEqual(['allowed', 'allowed']);
    expect(accountId).toMatch(/^\d{12}$/);
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a cluster that serves, and what is wrong with an address', async () => {
    const { cluster } = system;
    const well = await json<{ healthy: boolean; findings: { severity: string; subject: string; finding: string }[] }>([
      ...['doctor', '--home', cluster.home],
    ]);
    expect(well.data.findings.filter(({ severity }) => severity === 'problem')).toEqual([]);
    expect(well.code).toBe(0);
    const subjects = well.data.findings.filter(({ severity }) => severity === 'ok').map(({ subject }) => subject.split(' ')[0]);
    expect(subjects).toEqual(
      expect.arrayContaining(['secrets-api', 'aws-gateway', 'mariadb', 'redis', 'clock', 'CA', 'certificates', 'audit', 'file']),
    );
    const env = { ...admin, STRONGROOM_AUDIT_ADDRESS: 'localhost:1' };
    const ill = await json<typeof well.data>(['doctor'], env);
    expect(ill.code).toBe(7);
    expect(ill.data.findings.filter(({ severity }) => severity === 'problem')).toMatchObject([
      { subject: 'audit-service localhost:1', finding: 'It cannot be reached: nothing listens there.' },
    ]);
  });
});
