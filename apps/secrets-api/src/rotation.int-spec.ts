import { DAY } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import { RotationBench } from './rotation-bench.testing';
import { allow, type Api, text, type TestSecretsApi, token } from './server.testing';
import { RotationRequestKind, RotationRequestState } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';

const INCOMPLETE = {
  reason: 'InvalidRequestException',
  message: "A previous rotation isn't complete. That rotation will be reattempted.",
};

describe('rotation', () => {
  let bench: RotationBench;
  let test: TestSecretsApi;
  let admin: Api;
  let functionArn: string;
  const secret = () => bench.secret();
  const rotating = (fields?: Parameters<Api['rotateSecret']>[0]) => bench.rotating(fields);
  const labels = (secretId: string) => bench.labels(secretId);
  const requestOf = (of: { arn: string; token: string }) => bench.request(of);

  beforeAll(async () => {
    bench = await RotationBench.start('rotation');
    ({ test, admin, functionArn } = bench);
  }, 60_000);
  afterAll(() => bench?.stop());
  afterEach(() => {
    test.rotationFunctions.outage = undefined;
    test.recorder.failure = undefined;
  });

  describe('RotateSecret', () => {
    it('makes a pending version without a value, and a request', async () => {
      const { arn, name, first, token: pending } = await rotating();
      expect(await labels(arn)).toEqual({ [first]: ['AWSCURRENT'], [pending]: ['AWSPENDING'] });
      expect(await test.worker.getRotationRequest({ secretArn: arn, token: pending })).toMatchObject({
        pendingHasValue: false,
        request: {
          secretArn: arn,
          secretName: name,
          accountId: '000000000000',
          token: pending,
          kind: RotationRequestKind.ROTATE,
          state: RotationRequestState.OPEN,
          functionArn,
          attempt: 1,
          requestedAt: test.clock.now(),
          initiatedBy: 'arn:aws:iam::000000000000:user/tester',
          rotationToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      });
      await expect(admin.getSecretValue({ secretId: arn, versionStage: 'AWSPENDING' })).rejects.toMatchObject({
        reason: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
      });
      expect(await admin.getSecretValue({ secretId: arn })).toMatchObject({ value: text('first') });
      const { versions } = await admin.listSecretVersionIds({ secretId: arn });
      expect(versions.find(({ versionId }) => versionId === pending)).toMatchObject({ kmsKeyIds: [] });
      const { errors } = await admin.batchGetSecretValue({ secretIdList: [arn] });
      expect(errors).toEqual([]);
    });

    it('answers a repeat with its token as the first time', async () => {
      const of = await secret();
      const call = { secretId: of.arn, rotationLambdaArn: functionArn, clientRequestToken: token('again') };
      const [one, other] = await Promise.all([admin.rotateSecret(call), admin.rotateSecret(call)]);
      expect(one).toEqual({ arn: of.arn, name: of.name, versionId: token('again') });
      expect(other).toEqual(one);
      expect(await requestOf({ arn: of.arn, token: token('again') })).toMatchObject({ attempt: 1 });
    });

    it('lets one of two at once begin', async () => {
      const { arn } = await secret();
      const outcomes = await Promise.allSettled(
        [1, 2, 3, 4].map((n) =>
          admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn, clientRequestToken: token(`race-${n}`) }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(INCOMPLETE);
      expect(Object.keys(await labels(arn))).toHaveLength(2);
    });

    it('really reattempts one that has failed, with the function that is named now', async () => {
      const of = await rotating();
      const corrected = test.rotationFunctions.add('corrected');
      await test.worker.failRotation({ secretArn: of.arn, token: of.token, attempt: 1 });
      expect(await requestOf(of)).toMatchObject({ state: RotationRequestState.FAILED });
      test.clock.advance(60_000);
      await expect(admin.rotateSecret({ secretId: of.arn, rotationLambdaArn: 'corrected' })).rejects.toMatchObject(INCOMPLETE);
      expect(await requestOf(of)).toMatchObject({
        state: RotationRequestState.OPEN,
        attempt: 2,
        functionArn: corrected,
        requestedAt: test.clock.now(),
      });
    });

    it('reattempts a pending version that nobody works on', async () => {
      const { arn } = await secret();
      await admin.putSecretValue({
        secretId: arn,
        value: text('orphan'),
        versionStages: ['AWSPENDING'],
        clientRequestToken: token('orphan'),
      });
      await expect(admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn })).rejects.toMatchObject(INCOMPLETE);
      expect(await test.worker.getRotationRequest({ secretArn: arn, token: token('orphan') })).toMatchObject({
        pendingHasValue: true,
        request: { state: RotationRequestState.OPEN, attempt: 1 },
      });
    });

    it('names the functions that fit where none is given, to those who may read the value', async () => {
      const { arn } = await secret();
      const messageFor = async (value: string, api = admin) => {
        await admin.putSecretValue({ secretId: arn, value: text(value) });
        const error: unknown = await api.rotateSecret({ secretId: arn }).catch((one: unknown) => one);
        expect(error).toMatchObject({ reason: 'InvalidRequestException' });
        return (error as Error).message;
      };
      const plain = 'No Lambda rotation function ARN is associated with this secret.';
      expect(await messageFor('{"engine": "postgres"}')).toBe(
        `${plain} The field "engine" decides which function fits. It is "postgres", which strongroom-postgres-single-user or strongroom-postgres-alternating-users rotates.`,
      );
      expect(await messageFor('{"engine": "hunter2"}')).not.toContain('hunter2');
      for (const value of ['no JSON', 'null', '{"engine": 7}']) expect(await messageFor(value)).toBe(plain);
      const rotator = test.as({ policies: [allow('secretsmanager:RotateSecret')] });
      expect(await messageFor('{"engine": "postgres"}', rotator)).toBe(plain);
    });

    it.each<[string, Parameters<Api['rotateSecret']>[0], object]>([
      ['without any function', { rotationLambdaArn: undefined }, { reason: 'InvalidRequestException' }],
      [
        'an unknown function',
        { rotationLambdaArn: 'absent' },
        { reason: 'AccessDeniedException', message: /^Secrets Manager cannot invoke the specified Lambda function\. Ensure / },
      ],
      ['no name of a function', { rotationLambdaArn: 'arn:aws:s3:::x' }, { message: /RotationLambdaARN must be/ }],
      [
        'two schedules',
        { rotationRules: { automaticallyAfterDays: 1n, scheduleExpression: 'rate(1 day)' } },
        { message: /not both/ },
      ],
      ['a schedule too dense', { rotationRules: { scheduleExpression: 'rate(3 hours)' } }, { message: /rate\(4 hours\)/ }],
      ['a window too long', { rotationRules: { scheduleExpression: 'rate(4 hours)', duration: '5h' } }, { message: /Duration/ }],
      ['a token too short', { clientRequestToken: 'short' }, { message: /ClientRequestToken/ }],
    ])('refuses %s, and changes nothing', async (_, fields, error) => {
      const { arn, first } = await secret();
      await expect(admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn, ...fields })).rejects.toMatchObject(
        'message' in error ? { ...error, message: expect.stringMatching(error.message as RegExp) } : error,
      );
      expect(await labels(arn)).toEqual({ [first]: ['AWSCURRENT'] });
      expect(await admin.describeSecret({ secretId: arn })).toMatchObject({
        rotationEnabled: undefined,
        rotationLambdaArn: undefined,
      });
    });

    it('gives a secret without a value its first one, by a function that makes it', async () => {
      const { arn } = await admin.createSecret({ name: 'app/empty' });
      const { versionId: pending } = await admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn });
      const of = { secretArn: arn, token: pending! };
      expect(await test.worker.readRotatingVersions({ ...of, versionStages: ['AWSCURRENT', 'AWSPENDING'] })).toEqual({
        versions: [],
      });
      // It is no first version that is AWSCURRENT at once, as one by hand would be.
      await admin.putSecretValue({
        secretId: arn,
        clientRequestToken: pending,
        value: text('made'),
        versionStages: ['AWSPENDING'],
      });
      expect(await labels(arn)).toEqual({ [pending!]: ['AWSPENDING'] });
      expect((await requestOf({ arn, token: pending! })).state).toBe(RotationRequestState.OPEN);
      await test.worker.finishRotation(of);
      expect(await labels(arn)).toEqual({ [pending!]: ['AWSCURRENT'] });
      expect(await admin.getSecretValue({ secretId: arn })).toMatchObject({ value: text('made') });
    });

    it('of a secret without a value has nothing to test, but is configured, and begins when its time has come', async () => {
      const { arn } = await admin.createSecret({ name: 'app/later' });
      const rotationRules = { scheduleExpression: 'rate(1 day)' };
      const asked = { secretId: arn, rotationLambdaArn: functionArn, rotationRules, rotateImmediately: false };
      expect(await admin.rotateSecret(asked)).toMatchObject({ versionId: undefined });
      expect(await labels(arn)).toEqual({});
      expect(await admin.describeSecret({ secretId: arn })).toMatchObject({
        rotationEnabled: true,
        // What AWS tells of such a rate.
        rotationRules: { scheduleExpression: 'rate(1 day)', automaticallyAfterDays: 1n },
      });
      test.clock.advance(2 * DAY);
      expect(await bench.scanned(arn)).toMatchObject([{ secretName: 'app/later', state: RotationRequestState.OPEN }]);
    });

    it('brings back nothing that has been AWSCURRENT before', async () => {
      const { arn } = await secret();
      const put = (value: string, ...versionStages: string[]) =>
        admin.putSecretValue({ secretId: arn, value: text(value), versionStages });
      const { versionId: second } = await put('second', 'AWSPENDING');
      const [first] = Object.keys(await labels(arn)).filter((id) => id !== second);
      await admin.updateSecretVersionStage({
        secretId: arn,
        versionStage: 'AWSCURRENT',
        removeFromVersionId: first,
        moveToVersionId: second,
      });
      const { versionId: third } = await put('third');
      expect(await labels(arn)).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] });
      const { versionId: rotated } = await admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn });
      expect([first, second, third]).not.toContain(rotated);
      await admin.cancelRotateSecret({ secretId: arn });

      // Nor by hand: the first one is AWSPENDING again, which is no rotation to go on with.
      await admin.updateSecretVersionStage({ secretId: arn, versionStage: 'AWSPENDING', moveToVersionId: first });
      const { versionId: another } = await admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn });
      expect([first, second, third]).not.toContain(another);
      expect(await labels(arn)).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'], [another!]: ['AWSPENDING'] });
    });

    it('needs the right to invoke a custom function, and tells nobody else whether there is one', async () => {
      const { arn } = await secret();
      const custom = test.rotationFunctions.add('custom');
      const rotator = test.as({ policies: [allow('secretsmanager:*')] });
      const refused = { reason: 'AccessDeniedException', message: expect.stringMatching(/^Secrets Manager cannot invoke the/) };
      const messages = await Promise.all(
        [custom, 'custom', 'absent', custom.replace('000000000000', '111111111111')].map((rotationLambdaArn) =>
          rotator.rotateSecret({ secretId: arn, rotationLambdaArn }).then(
            () => 'ok',
            (error: { message: string }) => error.message,
          ),
        ),
      );
      expect(new Set(messages).size).toBe(1);
      await expect(rotator.rotateSecret({ secretId: arn, rotationLambdaArn: custom })).rejects.toMatchObject(refused);
      const invoker = test.as({ policies: [allow('secretsmanager:*'), allow('lambda:InvokeFunction', custom)] });
      await invoker.rotateSecret({ secretId: arn, rotationLambdaArn: custom });
      await admin.cancelRotateSecret({ secretId: arn });
      // Nor is the one that the secret has invoked for whoever may not.
      await expect(rotator.rotateSecret({ secretId: arn })).rejects.toMatchObject(refused);
      // Those that come with the product need no such right.
      await rotator.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn });
    });

    it('lets a policy go by the function that a secret has, whatever is done to it', async () => {
      const { arn } = await bench.rotating();
      const byFunction = (of: string) =>
        test.as({
          policies: [allow('secretsmanager:*', '*', { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': of } })],
        });
      expect(await byFunction(functionArn).describeSecret({ secretId: arn })).toMatchObject({ arn });
      await byFunction(functionArn).putSecretValue({ secretId: arn, value: text('v'), versionStages: ['X'] });
      await expect(byFunction(`${functionArn}-2`).describeSecret({ secretId: arn })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
    });

    it('refuses the id of a version that is there', async () => {
      const { arn } = await secret();
      await admin.putSecretValue({ secretId: arn, value: text('v'), versionStages: ['X'], clientRequestToken: token('taken') });
      await expect(
        admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn, clientRequestToken: token('taken') }),
      ).rejects.toMatchObject({ reason: 'ResourceExistsException' });
    });

    it('is unavailable while functions cannot be looked up, but not for the function that the secret has', async () => {
      const of = await rotating();
      await test.worker.putPendingValue({ secretArn: of.arn, token: of.token, value: text('second') });
      await test.worker.finishRotation({ secretArn: of.arn, token: of.token });
      test.rotationFunctions.outage = serviceUnavailable('rotation-worker is unavailable');
      await expect(admin.rotateSecret({ secretId: of.arn, rotationLambdaArn: functionArn })).rejects.toMatchObject({
        kind: 'unavailable',
      });
      expect(await admin.rotateSecret({ secretId: of.arn })).toMatchObject({ versionId: expect.any(String) });
    });

    it('asks policies about the function before anybody is asked whether it exists', async () => {
      const { arn } = await secret();
      const condition = { StringEquals: { 'secretsmanager:RotationLambdaARN': functionArn } };
      const limited = test.as({ policies: [allow('secretsmanager:RotateSecret', '*', condition)] });
      await expect(limited.rotateSecret({ secretId: arn, rotationLambdaArn: 'absent' })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      expect(await limited.rotateSecret({ secretId: arn, rotationLambdaArn: 'strongroom-mariadb' })).toMatchObject({ arn });
    });

    it('writes nothing without its audit event', async () => {
      const { arn, first } = await secret();
      test.recorder.failure = serviceUnavailable('the journal is unavailable');
      await expect(admin.rotateSecret({ secretId: arn, rotationLambdaArn: functionArn })).rejects.toMatchObject({
        kind: 'unavailable',
      });
      test.recorder.failure = undefined;
      expect(await labels(arn)).toEqual({ [first]: ['AWSCURRENT'] });
    });
  });

  describe('rotation-worker', () => {
    it('takes a rotation from end to end', async () => {
      const { arn, first, token: pending } = await rotating({ rotationRules: { automaticallyAfterDays: 30n } });
      const rotation = { secretArn: arn, token: pending };
      expect(await test.worker.readRotatingVersion({ ...rotation, versionStage: 'AWSCURRENT' })).toEqual({
        versionId: first,
        value: text('first'),
      });
      await expect(test.worker.readRotatingVersion({ ...rotation, versionStage: 'AWSPENDING' })).rejects.toMatchObject({
        reason: 'ResourceNotFoundException',
      });
      // A version without a value is none.
      expect(await test.worker.readRotatingVersions({ ...rotation, versionStages: ['AWSPENDING', 'AWSCURRENT'] })).toEqual({
        versions: [{ versionStage: 'AWSCURRENT', versionId: first, value: text('first') }],
      });
      await expect(test.worker.finishRotation(rotation)).rejects.toMatchObject({ reason: 'InvalidRequestException' });
      expect(await test.worker.putPendingValue({ ...rotation, value: text('second') })).toEqual({ stored: true });
      expect(await test.worker.putPendingValue({ ...rotation, value: text('other') })).toEqual({ stored: false });
      expect(await test.worker.readRotatingVersion({ ...rotation, versionStage: 'AWSPENDING' })).toEqual({
        versionId: pending,
        value: text('second'),
      });
      const versionStages = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];
      expect(await test.worker.readRotatingVersions({ ...rotation, versionStages })).toEqual({
        versions: [
          { versionStage: 'AWSCURRENT', versionId: first, value: text('first') },
          { versionStage: 'AWSPENDING', versionId: pending, value: text('second') },
        ],
      });
      for (const wrong of [[], ['AWSCURRENT', 'AWSCURRENT'], ['MINE']]) {
        await expect(test.worker.readRotatingVersions({ ...rotation, versionStages: wrong })).rejects.toMatchObject({
          reason: 'InvalidParameterException',
          message: expect.stringContaining('version_stages') as string,
        });
      }
      await test.worker.finishRotation(rotation);
      await test.worker.finishRotation(rotation);
      expect(await labels(arn)).toEqual({ [first]: ['AWSPREVIOUS'], [pending]: ['AWSCURRENT'] });
      expect(await admin.getSecretValue({ secretId: arn })).toMatchObject({ value: text('second'), versionId: pending });
      expect(await requestOf({ arn, token: pending })).toMatchObject({ state: RotationRequestState.COMPLETE });
      const described = await admin.describeSecret({ secretId: arn });
      const day = Math.floor(test.clock.millis() / 86_400_000) * 86_400_000;
      expect(described).toMatchObject({
        rotationEnabled: true,
        rotationLambdaArn: functionArn,
        rotationRules: { automaticallyAfterDays: 30n },
        lastRotatedDate: test.clock.now(),
        nextRotationDate: new Date(day + 31 * 86_400_000 - 1_000),
      });
      const { secretList } = await admin.listSecrets({ filters: [{ key: 'name', values: [described.name] }] });
      expect(secretList[0]).toMatchObject({ rotationEnabled: true, nextRotationDate: described.nextRotationDate });
      expect(bench.events(arn).slice(2)).toEqual([
        'rotation-worker GetSecretValue',
        'rotation-worker GetSecretValue ResourceNotFoundException',
        'rotation-worker GetSecretValue',
        'rotation-worker UpdateSecretVersionStage InvalidRequestException',
        'rotation-worker PutSecretValue',
        'rotation-worker PutSecretValue',
        'rotation-worker GetSecretValue',
        'rotation-worker GetSecretValue',
        'rotation-worker UpdateSecretVersionStage',
        'rotation-worker UpdateSecretVersionStage',
        'AIDATESTTESTTESTTEST2 DescribeSecret',
        'AIDATESTTESTTESTTEST2 GetSecretValue',
        'AIDATESTTESTTESTTEST2 DescribeSecret',
      ]);
    });

    it('tests a configuration with a copy of the value, which goes with the test', async () => {
      const { arn, first } = await secret();
      const call = { secretId: arn, rotationLambdaArn: functionArn, rotateImmediately: false, clientRequestToken: token('test') };
      expect(await admin.rotateSecret(call)).toMatchObject({ arn, versionId: undefined });
      const rotation = { secretArn: arn, token: token('test') };
      expect(await requestOf({ arn, token: token('test') })).toMatchObject({ kind: RotationRequestKind.TEST });
      expect(await test.worker.readRotatingVersion({ ...rotation, versionStage: 'AWSPENDING' })).toMatchObject({
        value: text('first'),
      });
      await test.worker.finishRotation(rotation);
      expect(await labels(arn)).toEqual({ [first]: ['AWSCURRENT'] });
      const { versions } = await admin.listSecretVersionIds({ secretId: arn, includeDeprecated: true });
      expect(versions).toHaveLength(1);
      expect(await requestOf({ arn, token: token('test') })).toMatchObject({ state: RotationRequestState.COMPLETE });
      expect(await admin.describeSecret({ secretId: arn })).toMatchObject({ rotationEnabled: true, lastRotatedDate: undefined });
      expect(await admin.rotateSecret(call)).toMatchObject({ versionId: undefined });
      expect(await labels(arn)).toEqual({ [first]: ['AWSCURRENT'] });
    });

    it('fails, reopens and rolls back, each as often as it likes', async () => {
      const { arn, first, token: pending } = await rotating();
      const rotation = { secretArn: arn, token: pending };
      await test.worker.putPendingValue({ ...rotation, value: text('second') });
      await test.worker.failRotation({ ...rotation, attempt: 1 });
      await test.worker.failRotation({ ...rotation, attempt: 1 });
      expect((await test.worker.reopenRotation(rotation)).request).toMatchObject({
        attempt: 2,
        state: RotationRequestState.OPEN,
      });
      expect((await test.worker.reopenRotation(rotation)).request).toMatchObject({ attempt: 2 });
      // Somebody who is late.
      await test.worker.failRotation({ ...rotation, attempt: 1 });
      expect(await requestOf({ arn, token: pending })).toMatchObject({ state: RotationRequestState.OPEN, attempt: 2 });
      await test.worker.dropPendingVersion(rotation);
      await test.worker.dropPendingVersion(rotation);
      expect(await labels(arn)).toEqual({ [first]: ['AWSCURRENT'] });
      expect(await requestOf({ arn, token: pending })).toMatchObject({ state: RotationRequestState.ABANDONED });
      for (const late of [
        test.worker.putPendingValue({ ...rotation, value: text('late') }),
        test.worker.readRotatingVersion({ ...rotation, versionStage: 'AWSCURRENT' }),
        test.worker.finishRotation(rotation),
        test.worker.reopenRotation(rotation),
      ]) {
        await expect(late).rejects.toMatchObject({ reason: 'InvalidRequestException' });
      }
      await expect(test.worker.dropPendingVersion({ secretArn: arn, token: first })).rejects.toMatchObject({
        message: 'The version is AWSCURRENT: its rotation is complete.',
      });
    });
  });
});
