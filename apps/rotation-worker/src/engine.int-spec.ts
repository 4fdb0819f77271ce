import { serviceUnavailable } from '@strongroom/errors';
import { eventually } from '@strongroom/testing';
import type { RotationRequest } from './domain/rotation-request.port';
import { runIdOf } from './domain/rotation-run';
import { startTestRotationWorker, type TestRotationWorker } from './server.testing';

describe('rotations on a real database and queue', () => {
  let worker: TestRotationWorker;

  beforeAll(async () => {
    worker = await startTestRotationWorker('engine', { builtInTimeoutMs: 1_000 });
  });

  afterEach(() => {
    worker.builtIn.before = () => undefined;
    worker.builtIn.target = undefined;
  });

  afterAll(() => worker.stop());

  const stateOf = async (request: RotationRequest): Promise<string | undefined> => {
    const [rows] = (await worker.database.admin.query('SELECT state FROM rotation_run WHERE run_id = ?', [runIdOf(request)])) as [
      { state: string }[],
      unknown,
    ];
    return rows[0]?.state;
  };
  const ended = (request: RotationRequest, state = 'succeeded') =>
    eventually(`the rotation has ${state}`, async () => (await stateOf(request)) === state, 20_000);
  const eventsOf = ({ secretArn }: RotationRequest) =>
    worker.recorder.events
      .filter(({ resources, userIdentity }) => resources[0]?.arn === secretArn && userIdentity.type === 'AWSService')
      .map(({ eventName }) => eventName);

  it('are found by the scan, worked on step by step, and tidied up after', async () => {
    const request = worker.requests.add();
    await ended(request);
    expect(worker.requests.of(request).state).toBe('complete');
    expect(worker.builtIn.calls).toContain(`afterFinish ${request.token}`);
    const { runs } = await worker.as().listRotationRuns({ secretId: request.secretName });
    expect(runs[0]!.steps.map(({ step, tries }) => [step, tries.length])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ]);
    expect(eventsOf(request)).toEqual([
      'RotationStarted',
      'RotationStep',
      'RotationStep',
      'RotationStep',
      'RotationStep',
      'RotationSucceeded',
    ]);
  });

  it('put nothing but names into Redis, also when a step fails', async () => {
    const request = worker.requests.add();
    let isFailing = true;
    worker.builtIn.before = (step) => {
      if (isFailing && step === 'testSecret') throw new Error('the password is hunter2');
    };
    await eventually(
      'the step is in Redis',
      async () => (await worker.redis.client.keys(`*${request.token}*testSecret`)).length > 0,
    );
    await eventually('the step has failed', () =>
      worker.recorder.events.some(({ errorCode, resources }) => errorCode !== '' && resources[0]?.arn === request.secretArn),
    );
    const kept = [];
    for (const key of await worker.redis.client.keys(`*${request.token}*testSecret`))
      kept.push(await worker.redis.client.hgetall(key));
    expect(JSON.stringify(kept)).not.toMatch(/hunter2|pending of/);
    isFailing = false;
    await ended(request);
  });

  it('survive a Redis that is emptied between steps and in the middle of one', async () => {
    const between = worker.requests.add();
    const within = worker.requests.add();
    let hasBeenEmptied = false;
    worker.builtIn.before = async (step, { secret }) => {
      if (step !== 'setSecret' || secret.arn !== within.secretArn || hasBeenEmptied) return;
      hasBeenEmptied = true;
      await worker.emptyRedis();
    };
    await Promise.all([ended(between), ended(within)]);
    expect(hasBeenEmptied).toBe(true);
  });

  it('go on at another worker when theirs stops in the middle of a step', async () => {
    const other = await worker.start();
    const request = worker.requests.add();
    let isHanging = true;
    let atWork = 0;
    worker.builtIn.before = (step, { secret, signal }) => {
      if (step !== 'setSecret' || secret.arn !== request.secretArn || !isHanging) return undefined;
      atWork++;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(serviceUnavailable('given up'))));
    };
    await eventually('a worker is at the step', () => atWork > 0);
    // Whichever of the two has the step, this one stops, and at the other the deadline ends the step.
    await other.stop(2_100);
    isHanging = false;
    await ended(request);
  }, 20_000);

  it('are not too many at a time on one server', async () => {
    worker.builtIn.target = 'mysql://db.example:3306';
    worker.builtIn.mostAtOnce = 0;
    worker.builtIn.before = () => new Promise((resolve) => setTimeout(resolve, 5));
    const many = Array.from({ length: 30 }, () => worker.requests.add());
    await Promise.all(many.map((request) => ended(request)));
    expect(worker.builtIn.mostAtOnce).toBeLessThanOrEqual(4);
  });

  it('that a person has to help with fail at once, and are retried or rolled back on demand', async () => {
    const api = worker.as();
    const request = worker.requests.add();
    worker.builtIn.before = (step) => {
      if (step === 'setSecret') throw Object.assign(serviceUnavailable('db.example:3306 refuses'), { kind: 'permission-denied' });
    };
    await ended(request, 'failed');
    const secretId = request.secretArn;
    const failed = (await api.listRotationRuns({ secretId })).runs[0]!;
    expect(failed.diagnosis).toMatch(/setSecret.*db\.example:3306 refuses/);
    expect(await api.retryRotation({ secretId })).toEqual({ secretArn: secretId, versionId: request.token });
    await ended({ ...request, attempt: 2 }, 'failed');
    expect(await api.rollBackRotation({ secretId })).toEqual({
      secretArn: secretId,
      versionId: request.token,
      currentVerified: true,
    });
    const { runs } = await api.listRotationRuns({ secretId });
    expect(runs.map(({ state }) => messagesState(state))).toEqual(['ROLLED_BACK', 'FAILED']);
  });

  it('are not rolled back while AWSCURRENT does not log in, nor while they go on', async () => {
    const api = worker.as();
    const request = worker.requests.add();
    worker.builtIn.before = (step) => {
      if (step !== 'createSecret')
        throw Object.assign(serviceUnavailable('db.example:3306 refuses'), { kind: 'permission-denied' });
    };
    await ended(request, 'failed');
    await expect(api.rollBackRotation({ secretId: request.secretName })).rejects.toMatchObject({
      reason: 'InvalidRequestException',
      message: expect.stringMatching(/AWSCURRENT could not log in.*refuses/),
    });
    expect(worker.requests.of(request).state).toBe('failed');
    await worker.requests.reopen(request);
    await expect(api.rollBackRotation({ secretId: request.secretName })).rejects.toMatchObject({
      reason: 'InvalidRequestException',
    });
  });
});

const messagesState = (state: number): string => ['', 'RUNNING', 'SUCCEEDED', 'FAILED', 'ABANDONED', 'ROLLED_BACK'][state]!;
