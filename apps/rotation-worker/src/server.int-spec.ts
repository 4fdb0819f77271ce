import { WatchRotationRequest } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { writeNextToken } from '@strongroom/field-rules';
import { connectTo } from '@strongroom/grpc-kit';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { rotationFunctionDirectoryService } from '@strongroom/methods';
import { eventually } from '@strongroom/testing';
import { startTestRotationWorker, type TestRotationWorker } from './server.testing';

const endpoint = 'https://functions.example/base/';
const own = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const http = { implementation: { $case: 'http' as const, value: { endpoint } } };

describe('strongroom.rotation.v1', () => {
  let worker: TestRotationWorker;

  beforeAll(async () => {
    worker = await startTestRotationWorker('rotation_api');
  });

  afterAll(() => worker.stop());

  const allow = (Action: string, Resource = '*') => ({
    policies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] }],
  });

  describe('functions', () => {
    it('are registered, changed, listed with the built-in ones, described and deleted', async () => {
      const api = worker.as();
      const first = (await api.registerRotationFunction({ functionName: 'rotate-it', ...http })).function!;
      expect(first).toMatchObject({ functionArn: own('rotate-it'), timeout: { seconds: 30n, nanos: 0 } });
      const grpc = {
        $case: 'grpc' as const,
        value: { address: 'db.example:7000', serverUri: 'spiffe://x.example/fn', caPem: '' },
      };
      await api.registerRotationFunction({
        functionName: 'rotate-it',
        description: 'changed',
        implementation: grpc,
        timeout: { seconds: 5n, nanos: 0 },
      });
      const found = (await api.describeRotationFunction({ functionName: own('rotate-it') })).function!;
      expect(found).toMatchObject({ description: 'changed', implementation: grpc, timeout: { seconds: 5n } });
      const page = await api.listRotationFunctions({ maxResults: 1 });
      const rest = await api.listRotationFunctions({ nextToken: page.nextToken });
      expect([...page.functions, ...rest.functions].map(({ functionName }) => functionName)).toEqual([
        'rotate-it',
        'strongroom-test',
      ]);
      expect(rest.nextToken).toBe('');
      await api.deleteRotationFunction({ functionName: 'rotate-it' });
      await expect(api.describeRotationFunction({ functionName: 'rotate-it' })).rejects.toMatchObject({
        reason: 'ResourceNotFoundException',
      });
      await expect(api.deleteRotationFunction({ functionName: 'rotate-it' })).rejects.toMatchObject({
        reason: 'ResourceNotFoundException',
      });
    });

    it.each([
      ['a name that is reserved', { functionName: 'strongroom-mine', ...http }, /must not begin with strongroom-/],
      ['a name with a colon', { functionName: 'a:b', ...http }, /FunctionName must be 1 to 64/],
      ['no implementation', { functionName: 'a' }, /either Grpc or Http/],
      [
        'plain http',
        { functionName: 'a', implementation: { $case: 'http', value: { endpoint: 'http://db.example' } } },
        /Http\.Endpoint/,
      ],
      [
        'a user in the URL',
        { functionName: 'a', implementation: { $case: 'http', value: { endpoint: 'https://u:p@x.example' } } },
        /Http\.Endpoint/,
      ],
      [
        'an address without a port',
        { functionName: 'a', implementation: { $case: 'grpc', value: { address: 'db.example' } } },
        /host:port/,
      ],
      [
        'what is no certificate',
        { functionName: 'a', implementation: { $case: 'http', value: { endpoint, caPem: 'x' } } },
        /Http\.CaPem must be PEM/,
      ],
      ['a timeout of an hour', { functionName: 'a', ...http, timeout: { seconds: 3600n } }, /1 second to 15 minutes/],
    ])('are refused with %s', async (_what, fields, message) => {
      await expect(worker.as().registerRotationFunction(fields as never)).rejects.toMatchObject({
        reason: 'InvalidParameterException',
        message: expect.stringMatching(message),
      });
    });

    it('need lambda permissions on their ARN', async () => {
      const some = worker.as(allow('lambda:CreateFunction', own('team-*')));
      await some.registerRotationFunction({ functionName: 'team-one', ...http });
      await expect(some.registerRotationFunction({ functionName: 'other', ...http })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      await expect(some.describeRotationFunction({ functionName: 'team-one' })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      await expect(some.listRotationFunctions({})).rejects.toMatchObject({ reason: 'AccessDeniedException' });
      await expect(some.deleteRotationFunction({ functionName: 'team-one' })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      const foreign = worker.as({ accountId: '111111111111' });
      await expect(foreign.describeRotationFunction({ functionName: own('team-one') })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      expect(worker.recorder.events.at(-1)).toMatchObject({
        eventName: 'DescribeRotationFunction',
        eventSource: 'lambda.amazonaws.com',
        resources: [{ arn: own('team-one'), type: 'AWS::Lambda::Function' }],
        errorCode: 'AccessDeniedException',
      });
    });

    it('are resolved for secrets-api, and for nobody else', async () => {
      await worker.as().registerRotationFunction({ functionName: 'resolved', ...http });
      const resolve = async (
        uri: Parameters<typeof worker.pki.issueFiles>[0],
        functionName: string,
        accountId = '000000000000',
      ) => {
        const client = connectTo(rotationFunctionDirectoryService, {
          address: `127.0.0.1:${worker.service.port}`,
          tls: await worker.pki.issueFiles(uri),
          service: 'test',
        });
        try {
          return await client.resolveRotationFunction({ accountId, functionName }, { maxAttempts: 1 });
        } finally {
          client.close();
        }
      };
      const secretsApi = serviceCertificate('secrets-api');
      expect(await resolve(secretsApi, 'resolved')).toEqual({ functionArn: own('resolved') });
      expect(await resolve(secretsApi, own('strongroom-test'))).toEqual({ functionArn: own('strongroom-test') });
      const inOther = own('strongroom-test').replace('000000000000', '111111111111');
      expect(await resolve(secretsApi, 'strongroom-test', '111111111111')).toEqual({ functionArn: inOther });
      for (const [name, account] of [
        ['nobody'],
        [own('resolved'), '111111111111'],
        [own('resolved').replace('us-east-1', 'eu-west-1')],
      ]) {
        await expect(resolve(secretsApi, name!, account)).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
      }
      await expect(resolve({ uri: userUri('ada') }, 'resolved')).rejects.toMatchObject({ kind: 'permission-denied' });
    });
  });

  describe('runs', () => {
    const rotated = async () => {
      const request = worker.requests.add();
      await eventually('the rotation is complete', () => worker.requests.of(request).state === 'complete');
      const api = worker.as();
      const secretId = request.secretArn;
      await eventually('the run ends', async () => (await api.listRotationRuns({ secretId })).runs[0]?.endedDate);
      return request;
    };

    it('are shown to those who may describe the secret, page by page', async () => {
      const request = await rotated();
      const again = { ...worker.requests.of(request), token: 'another-token'.padEnd(32, '-'), state: 'open' as const };
      worker.requests.put(again);
      const api = worker.as(allow('secretsmanager:DescribeSecret', `${request.secretArn.slice(0, -6)}*`));
      const runs = async () => (await api.listRotationRuns({ secretId: request.secretName })).runs;
      await eventually('there are two runs', async () => (await runs()).length === 2);
      const first = await api.listRotationRuns({ secretId: request.secretName, maxResults: 1 });
      const second = await api.listRotationRuns({ secretId: request.secretName, maxResults: 1, nextToken: first.nextToken });
      expect([...first.runs, ...second.runs].map(({ versionId }) => versionId)).toEqual([again.token, request.token]);
      expect(second.nextToken).toBe('');
      const { runId } = second.runs[0]!;
      expect((await api.getRotationRun({ runId })).run).toEqual(second.runs[0]);
      await expect(api.listRotationRuns({ secretId: 'other', nextToken: first.nextToken })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
    });

    it('go on only from a place that their own list gave', async () => {
      const api = worker.as();
      const [request, foreign] = [await rotated(), await rotated()];
      for (const one of [request, foreign]) {
        worker.requests.put({ ...worker.requests.of(one), token: 'again'.padEnd(32, '-'), state: 'open' });
        const runs = async () => (await api.listRotationRuns({ secretId: one.secretArn })).runs;
        await eventually('there are two runs', async () => (await runs()).length === 2);
      }
      const secretId = request.secretArn;
      const own = await api.listRotationRuns({ secretId, maxResults: 1 });
      expect((await api.listRotationRuns({ secretId, nextToken: own.nextToken })).runs).toHaveLength(1);
      const question = `ListRotationRuns ${secretId}`;
      const { runId } = own.runs[0]!;
      const refused = {
        undecodable: 'x',
        'of another secret': (await api.listRotationRuns({ secretId: foreign.secretArn, maxResults: 1 })).nextToken,
        'of another list': (await api.listRotationFunctions({ maxResults: 1 })).nextToken,
        'forged, without a run': writeNextToken(['2026-03-10T12:00:00.000Z'], question),
        'forged, with a run of no id': writeNextToken(['2026-03-10T12:00:00.000Z', "' OR 1=1"], question),
        'forged, with a time that is none': writeNextToken(['yesterday', runId], question),
        'forged, with a time that the database does not know': writeNextToken(['+275760-09-13T00:00:00.000Z', runId], question),
      };
      for (const [which, nextToken] of Object.entries(refused)) {
        expect([which, nextToken]).not.toContain('');
        const refusal = await api.listRotationRuns({ secretId, nextToken }).catch((error: unknown) => error);
        expect([which, refusal]).toEqual([which, expect.objectContaining({ reason: 'InvalidNextTokenException' })]);
      }
    });

    it('do not show that they are there to others', async () => {
      const request = await rotated();
      const { runId } = (await worker.as().listRotationRuns({ secretId: request.secretArn })).runs[0]!;
      const nobody = worker.as({ policies: [] });
      const absent = await nobody
        .getRotationRun({ runId: runId.replace(/^./, (c) => (c === '0' ? '1' : '0')) })
        .catch((error: Error) => error);
      const hidden = await nobody.getRotationRun({ runId }).catch((error: Error) => error);
      expect(hidden).toMatchObject({ reason: 'ResourceNotFoundException', message: (absent as Error).message });
      await expect(nobody.retryRotation({ secretId: request.secretArn })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
      await expect(nobody.rollBackRotation({ secretId: request.secretArn })).rejects.toMatchObject({
        reason: 'AccessDeniedException',
      });
    });

    it('are watched until they end', async () => {
      let release = () => undefined as void;
      worker.builtIn.before = (step) => (step === 'testSecret' ? new Promise((resolve) => (release = resolve)) : undefined);
      const request = worker.requests.add();
      const api = worker.as();
      const runs = async () => (await api.listRotationRuns({ secretId: request.secretArn })).runs;
      await eventually('the third step begins', async () => (await runs())[0]?.steps.length === 3);
      const asked = WatchRotationRequest.fromPartial({ secretId: request.secretName });
      const states: number[] = [];
      for await (const { run } of worker.client.watchRotation(asked, { token: worker.tokenOf() })) {
        states.push(run!.steps.length);
        release();
      }
      worker.builtIn.before = () => undefined;
      expect(states[0]).toBe(3);
      expect(states.at(-1)).toBe(4);
    });
  });

  it('counts runs and measures steps', async () => {
    const text = await worker.metrics.registry.metrics();
    expect(text).toMatch(/strongroom_rotation_runs_total\{kind="rotate",state="succeeded".*\} [1-9]/);
    expect(text).toMatch(/strongroom_rotation_step_seconds_count\{.*step="setSecret".*\} [1-9]/);
  });
});
