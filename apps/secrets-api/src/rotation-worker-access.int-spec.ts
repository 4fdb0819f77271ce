import { RotationRequestKind, RotationRequestState } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { RotationBench } from './rotation-bench.testing';
import { workerOperations } from './worker-api.testing';
import { allow, type Api, text, token } from './server.testing';

const DAY = 86_400_000;

describe('what rotation-worker asks for', () => {
  let bench: RotationBench;
  let admin: Api;

  beforeAll(async () => {
    bench = await RotationBench.start('rotation-worker-access');
    admin = bench.admin;
  }, 60_000);
  afterAll(() => bench?.stop());

  describe('the scan', () => {
    it('begins what is due, once, however many scan, and lists it oldest first', async () => {
      const secrets = await Promise.all(Array.from({ length: 12 }, () => bench.secret()));
      for (const { arn } of secrets) {
        const { versionId } = await admin.rotateSecret({
          secretId: arn,
          rotationLambdaArn: bench.functionArn,
          rotationRules: { scheduleExpression: 'cron(0 3 * * ? *)', duration: '1h' },
        });
        await bench.fill({ arn, token: versionId! });
        await bench.test.worker.finishRotation({ secretArn: arn, token: versionId! });
      }
      const ours = new Set(secrets.map(({ arn }) => arn));
      const open = async (worker = bench.test.worker) =>
        (await worker.scanRotations({ maxResults: 1_000 })).requests.filter(({ secretArn }) => ours.has(secretArn));
      expect(await open()).toEqual([]);
      bench.test.clock.advance(2 * DAY);
      const another = await bench.test.anotherProcess();
      const found = await Promise.all([open(), open(another.worker), open(), open(another.worker)]);
      await another.stop();
      const [first] = [await open()];
      expect(first).toHaveLength(12);
      for (const request of first) {
        expect(request).toMatchObject({
          kind: RotationRequestKind.ROTATE,
          state: RotationRequestState.OPEN,
          attempt: 1,
          initiatedBy: '',
          requestedAt: bench.test.clock.now(),
        });
        // Exactly one version was made.
        const stages = Object.values(await bench.labels(request.secretArn)).flat();
        expect(stages.filter((stage) => stage === 'AWSPENDING')).toHaveLength(1);
        const { versions } = await admin.listSecretVersionIds({ secretId: request.secretArn, includeDeprecated: true });
        expect(versions).toHaveLength(3);
        for (const seen of found.flat().filter(({ secretArn }) => secretArn === request.secretArn)) {
          expect(seen.token).toBe(request.token);
        }
      }
      const instants = first.map(({ requestedAt, secretArn }) => `${requestedAt!.getTime()} ${secretArn}`);
      expect(new Set(instants).size).toBe(12);
      // Tomorrow's window, for all: today's is being served.
      const { nextRotationDate } = await admin.describeSecret({ secretId: first[0]!.secretArn });
      expect(nextRotationDate!.getTime()).toBeGreaterThan(bench.test.clock.millis());

      const paged: string[] = [];
      for (let nextToken = ''; ;) {
        const page = await bench.test.worker.scanRotations({ maxResults: 5, nextToken });
        paged.push(...page.requests.map(({ secretArn }) => secretArn));
        if (!(nextToken = page.nextToken)) break;
      }
      expect(paged.filter((arn) => ours.has(arn)).sort()).toEqual([...ours].sort());
    }, 60_000);

    it('takes up a failed one again, for the same version', async () => {
      const of = await bench.rotating({ rotationRules: { scheduleExpression: 'rate(1 day)' } });
      await bench.fill(of);
      await bench.test.worker.failRotation({ secretArn: of.arn, token: of.token, attempt: 1 });
      expect(await bench.scanned(of.arn)).toEqual([]);
      bench.test.clock.advance(2 * DAY);
      expect(await bench.scanned(of.arn)).toMatchObject([{ token: of.token, attempt: 2, initiatedBy: '' }]);
    });

    it('leaves alone what rotates on demand only', async () => {
      const of = await bench.rotating();
      await bench.fill(of);
      await bench.test.worker.finishRotation({ secretArn: of.arn, token: of.token });
      bench.test.clock.advance(1_000 * DAY);
      expect(await bench.scanned(of.arn)).toEqual([]);
      expect(await admin.describeSecret({ secretId: of.arn })).toMatchObject({
        rotationEnabled: true,
        nextRotationDate: undefined,
      });
    });
  });

  it('wakes the worker by a job that holds names alone', async () => {
    const of = await bench.rotating();
    const { client } = bench.test.redis;
    const [key] = await client.keys(`${bench.test.queuePrefix}:rotation-step:*${of.token}*`);
    expect(JSON.parse((await client.hget(key!, 'data'))!)).toEqual({
      secretArn: of.arn,
      token: of.token,
      attempt: 1,
      step: 'createSecret',
    });
  });

  describe('a master secret', () => {
    const statement = (condition?: object, resource: object = {}) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'rotation-worker.strongroom.internal' },
            Action: 'secretsmanager:GetSecretValue',
            Resource: '*',
            ...(condition ? { Condition: condition } : {}),
            ...resource,
          },
        ],
      });
    const master = async (policy?: string) => {
      const { arn, name, first } = await bench.secret('root password');
      if (policy !== undefined) await admin.putResourcePolicy({ secretId: arn, resourcePolicy: policy });
      return { arn, name, first };
    };
    const read = (of: { arn: string; token: string }, masterSecretId: string) =>
      bench.test.worker.readMasterSecret({ secretArn: of.arn, token: of.token, masterSecretId });

    it('is read only where its own policy allows it for the rotating secret', async () => {
      const of = await bench.rotating();
      const closed = await master();
      await expect(read(of, closed.arn)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
      const forOthers = await master(statement({ ArnEquals: { 'aws:SourceArn': `${of.arn}x` } }));
      await expect(read(of, forOthers.arn)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
      const forOthersAccount = await master(statement({ StringEquals: { 'aws:SourceAccount': '111111111111' } }));
      await expect(read(of, forOthersAccount.arn)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
      const open = await master(
        statement({ ArnEquals: { 'aws:SourceArn': of.arn }, StringEquals: { 'aws:SourceAccount': '000000000000' } }),
      );
      const answer = { arn: open.arn, versionId: open.first, value: text('root password') };
      expect(await read(of, open.arn)).toEqual(answer);
      expect(await read(of, open.name)).toEqual(answer);
      expect(bench.events(open.arn).slice(-2)).toEqual(['rotation-worker GetSecretValue', 'rotation-worker GetSecretValue']);
      const event = bench.test.recorder.events.at(-1)!;
      expect(event).toMatchObject({ readOnly: true, requestParameters: { secretId: open.name, sourceArn: of.arn } });
      expect(JSON.stringify(event)).not.toContain('root password');
    });

    it('is not told apart from none', async () => {
      const of = await bench.rotating();
      const closed = await master();
      const failure = async (id: string) => {
        const error = (await read(of, id).catch((thrown: unknown) => thrown)) as Error;
        return error.message.replaceAll(id, 'X');
      };
      expect(await failure(closed.name)).toBe(await failure('app/absent'));
    });

    it('is not read for a rotation that is over', async () => {
      const of = await bench.rotating();
      const open = await master(statement());
      await admin.putSecretValue({ secretId: of.arn, value: text('by hand') });
      await expect(read(of, open.arn)).rejects.toMatchObject({ kind: expect.stringMatching(/not-found|failed-precondition/) });
    });
  });

  it('answers nobody else', async () => {
    for (const uri of ['spiffe://strongroom.local/service/audit-service', 'spiffe://strongroom.local/user/tester']) {
      const { api, close } = await bench.test.workerAs(uri);
      for (const operation of workerOperations) {
        await expect(api[operation]()).rejects.toMatchObject({ reason: 'AccessDeniedException' });
      }
      close();
    }
  });

  describe('AuthorizeSecretAccess', () => {
    const ask = (credentialId: string, secretId: string, action = 'secretsmanager:RotateSecret') =>
      bench.test.worker.authorizeSecretAccess({
        caller: { credentialId, sourceIp: '10.0.0.1', userAgent: 'test', requestId: 'r' },
        secretId,
        action,
      });

    it('says for a named caller what policies say', async () => {
      const { arn, name } = await bench.secret();
      const credentialId = bench.test.known({
        name: 'rotator',
        policies: [allow('secretsmanager:RotateSecret', `${arn.slice(0, -6)}*`)],
      });
      expect(await ask(credentialId, name)).toEqual({ secretArn: arn, secretName: name });
      await expect(ask(credentialId, name, 'secretsmanager:DescribeSecret')).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      await expect(ask(credentialId, 'app/absent')).rejects.toMatchObject({ reason: 'AccessDeniedException' });
      await expect(ask(credentialId, name, 'kms:Decrypt')).rejects.toMatchObject({ reason: 'InvalidParameterException' });
      // A custom function that the secret has must be one that the caller may invoke.
      await bench.admin.rotateSecret({ secretId: arn, rotationLambdaArn: bench.test.rotationFunctions.add('custom') });
      await expect(ask(credentialId, name)).rejects.toMatchObject({ message: expect.stringContaining('cannot invoke') });
      await bench.admin.cancelRotateSecret({ secretId: arn });
      await bench.admin.rotateSecret({ secretId: arn, rotationLambdaArn: bench.functionArn });
      expect(await ask(credentialId, name)).toMatchObject({ secretArn: arn });
      await expect(ask('cert:nobody', name)).rejects.toMatchObject({
        reason: 'UnrecognizedClientException',
      });
      await expect(
        bench.test.worker.authorizeSecretAccess({ secretId: name, action: 'secretsmanager:RotateSecret' }),
      ).rejects.toMatchObject({
        reason: 'UnrecognizedClientException',
      });
    });
  });

  it.each<[string, { secretArn: string; token: string }, RegExp]>([
    ['a name for an ARN', { secretArn: 'app/db', token: token('x') }, /secret_arn must be/],
    [
      'a short token',
      { secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-abcdef', token: 'x' },
      /token must have/,
    ],
  ])('refuses %s', async (_, fields, message) => {
    await expect(bench.test.worker.getRotationRequest(fields)).rejects.toMatchObject({
      reason: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });
});
