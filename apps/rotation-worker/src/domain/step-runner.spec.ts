import { DomainError, invalidRequest, serviceUnavailable } from '@strongroom/errors';
import { FairGate, type Leave } from '@strongroom/fairness';
import { TestEngine } from '../engine.testing';
import { StepSlots } from './step-slots';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const wellTrail = ['RotationStarted', ...steps.map((step) => `RotationStep ${step}`), 'RotationSucceeded'];

describe('a rotation', () => {
  let engine: TestEngine;

  beforeEach(() => {
    engine = new TestEngine();
  });

  it('goes through its steps in order, and is in history and trail', async () => {
    const request = engine.requests.add({ initiatedBy: 'arn:aws:iam::000000000000:user/ada' });
    await engine.settle();
    expect(engine.fn.calls).toEqual(steps);
    expect(engine.requests.current.get(request.secretArn)).toBe(request.token);
    expect(engine.events()).toEqual(wellTrail);
    const { run, tries } = (await engine.history.newest(request.secretArn))!;
    expect(run).toMatchObject({ state: 'succeeded', versionId: request.token, initiatedBy: request.initiatedBy, diagnosis: '' });
    expect(tries.map(({ step, errorCode }) => [step, errorCode])).toEqual(steps.map((step) => [step, '']));
    expect(tries.every(({ durationMs }) => durationMs !== undefined)).toBe(true);
    expect(engine.recorder.events[1]).toMatchObject({
      userIdentity: { type: 'AWSService', arn: 'arn:aws:iam::000000000000:service/rotation-worker' },
      resources: [{ arn: request.secretArn, versionId: request.token }],
    });
  });

  it('that only tests the configuration calls testSecret alone', async () => {
    const request = engine.requests.add({ kind: 'test' });
    await engine.settle();
    expect(engine.fn.calls).toEqual(['testSecret']);
    expect(engine.requests.of(request).state).toBe('complete');
    expect(engine.requests.current.size).toBe(0);
    expect(engine.events()).toEqual(['TestRotationStarted', 'RotationStep testSecret', 'TestRotationSucceeded']);
  });

  it('repeats a step that fails for a while', async () => {
    const request = engine.requests.add();
    let failures = 0;
    engine.fn.before = (step) => {
      if (step === 'setSecret' && failures++ < 2)
        throw new DomainError({ kind: 'unavailable', reason: 'RotationTargetUnreachable', message: 'db does not answer' });
    };
    await engine.settle();
    expect(engine.runOf(request)).toMatchObject({ state: 'succeeded' });
    expect(engine.events().filter((event) => event.includes('setSecret'))).toEqual([
      'RotationStep setSecret RotationTargetUnreachable',
      'RotationStep setSecret RotationTargetUnreachable',
      'RotationStep setSecret',
    ]);
  });

  it('fails when the tries are used up, with a diagnosis, and leaves AWSCURRENT alone', async () => {
    const request = engine.requests.add();
    engine.fn.before = (step) => {
      if (step === 'testSecret') throw serviceUnavailable('db.example does not answer');
    };
    await engine.settle();
    expect(engine.requests.of(request).state).toBe('failed');
    expect(engine.requests.current.size).toBe(0);
    const { run, tries } = (await engine.history.newest(request.secretArn))!;
    expect(run).toMatchObject({ state: 'failed', nextStep: 'testSecret' });
    expect(run.diagnosis).toMatch(/^testSecret .*db\.example does not answer.*RetryRotation, or RollBackRotation/);
    expect(tries.filter(({ step }) => step === 'testSecret')).toHaveLength(engine.queue.maxTries);
    expect(engine.events().at(-1)).toBe('RotationFailed ServiceUnavailableException');
  });

  it.each(['invalid-argument', 'failed-precondition', 'not-found', 'permission-denied'] as const)(
    'fails at once when only a person can help: %s',
    async (kind) => {
      const request = engine.requests.add();
      engine.fn.before = () => {
        throw new DomainError({ kind, reason: 'SomeException', message: 'username must be there' });
      };
      await engine.settle();
      expect(engine.fn.calls).toEqual(['createSecret']);
      expect(engine.runOf(request)).toMatchObject({
        state: 'failed',
        diagnosis: expect.stringContaining('username must be there'),
      });
    },
  );

  it('fails at once when its function is gone', async () => {
    const request = engine.requests.add({ functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:missing' });
    await engine.settle();
    expect(engine.runOf(request)).toMatchObject({ state: 'failed', diagnosis: expect.stringContaining('Function not found') });
  });

  it('tells of an unexpected error no more than its name', async () => {
    const request = engine.requests.add();
    engine.fn.before = () => {
      throw new TypeError("near 'IDENTIFIED BY hunter2'");
    };
    await engine.settle();
    expect(JSON.stringify([...engine.history.tries.values(), ...engine.recorder.events, engine.runOf(request)])).not.toContain(
      'hunter2',
    );
    expect(engine.runOf(request)!.diagnosis).toContain('unexpected TypeError');
  });

  it('gives up a step that does not heed its deadline', async () => {
    const request = engine.requests.add();
    engine.fn.timeoutMs = 5;
    engine.fn.before = (step) => (step === 'setSecret' ? new Promise(() => undefined) : undefined);
    await engine.settle();
    expect(engine.runOf(request)!.diagnosis).toContain("setSecret did not end within the function's timeout of 5 ms");
  });

  it('is abandoned when somebody has written a new AWSCURRENT, also in the middle of a step', async () => {
    const request = engine.requests.add();
    engine.fn.before = (step) => {
      if (step !== 'setSecret') return;
      engine.requests.put({ ...request, state: 'abandoned' });
      throw invalidRequest('the rotation is not open');
    };
    await engine.settle();
    expect(engine.fn.calls).toEqual(['createSecret', 'setSecret']);
    expect(engine.runOf(request)).toMatchObject({ state: 'abandoned', diagnosis: '' });
    expect(engine.events().at(-1)).toBe('RotationStep setSecret InvalidRequestException');
  });

  it('that was given up and opened again is a run of its own', async () => {
    const request = engine.requests.add();
    engine.fn.before = () => {
      throw invalidRequest('not yet');
    };
    await engine.settle();
    engine.fn.before = () => undefined;
    const again = await engine.requests.reopen(request);
    await engine.settle();
    expect(engine.runOf(request)!.state).toBe('failed');
    expect(engine.runOf(again)!.state).toBe('succeeded');
  });

  it('leaves a job of an earlier attempt alone', async () => {
    const request = engine.requests.add({ attempt: 2 });
    await engine.queue.add({ secretArn: request.secretArn, token: request.token, attempt: 1, step: 'createSecret' });
    await engine.take();
    expect(engine.fn.calls).toEqual([]);
    expect(engine.history.runs.size).toBe(0);
  });

  it('does not do again what another worker has done, and asks for what follows', async () => {
    const request = engine.requests.add();
    await engine.scan();
    const task = [...engine.queue.jobs.values()][0]!.task;
    await engine.take();
    engine.queue.jobs.clear();
    await engine.queue.add(task);
    await engine.take();
    expect(engine.fn.calls).toEqual(['createSecret']);
    expect([...engine.queue.jobs.values()].map((job) => job.task.step)).toEqual(['setSecret']);
    expect(engine.runOf(request)!.nextStep).toBe('setSecret');
  });

  it('goes back when the worker has to stop, without losing anything', async () => {
    const request = engine.requests.add();
    const stopping = new AbortController();
    engine.signal = stopping.signal;
    engine.fn.before = (step) => {
      if (step !== 'setSecret') return undefined;
      stopping.abort();
      return new Promise(() => undefined);
    };
    await engine.scan();
    await engine.take();
    await engine.take();
    expect([...engine.queue.jobs.values()]).toEqual([expect.objectContaining({ failures: 0 })]);
    engine.signal = new AbortController().signal;
    engine.fn.before = () => undefined;
    await engine.settle();
    expect(engine.runOf(request)!.state).toBe('succeeded');
  });

  it('makes way when its server is busy, and that is no try', async () => {
    const request = engine.requests.add();
    engine.fn.target = 'mysql://db:3306';
    engine.targets = new FairGate({ slots: Infinity, slotsPerLane: 1 });
    const leave = await engine.targets.enter('mysql://db:3306');
    await engine.scan();
    for (let n = 0; n < 5; n++) await engine.take();
    expect(engine.fn.calls).toEqual([]);
    expect([...engine.queue.jobs.values()]).toEqual([expect.objectContaining({ failures: 0 })]);
    leave();
    await engine.settle();
    expect(engine.runOf(request)!.state).toBe('succeeded');
  });

  it('asks nobody, and tells nobody, while it gets no slot', async () => {
    const request = engine.requests.add();
    engine.slots = new StepSlots({ builtIn: 1, custom: 1 }, engine.clock);
    const slot = engine.slots.enter({ ...request, isCustom: false, hasBegun: false }) as Leave;
    await engine.scan();
    const before = engine.calls;
    await engine.take(6);
    // What the first refusal took: the run, the request, and the function.
    expect(engine.calls - before).toBe(2);
    expect(engine.events()).toEqual([]);
    expect([...engine.queue.jobs.values()]).toEqual([expect.objectContaining({ failures: 0 })]);
    slot();
    await engine.settle();
    expect(engine.events()).toEqual(wellTrail);
    expect(engine.slots.enter({ ...request, isCustom: false, hasBegun: false })).toBeInstanceOf(Function);
  });

  it('is not done without its event in the trail', async () => {
    const request = engine.requests.add();
    await engine.scan();
    engine.recorder.failure = serviceUnavailable('the journal is full');
    await engine.take();
    expect(engine.fn.calls).toEqual([]);
    engine.recorder.failure = undefined;
    await engine.settle();
    expect(engine.runOf(request)!.state).toBe('succeeded');
    expect(engine.events()).toEqual(wellTrail);
  });
});

describe('a worker that ends at any call of a port', () => {
  /** The number of calls of an undisturbed rotation. */
  const callsOf = async (prepare: (engine: TestEngine) => void): Promise<number> => {
    const engine = new TestEngine();
    prepare(engine);
    await engine.settle();
    return engine.calls;
  };
  const crashes = async (
    prepare: (engine: TestEngine) => void,
    check: (engine: TestEngine, where: string) => void,
  ): Promise<number> => {
    const calls = await callsOf(prepare);
    // Later calls are scans that find nothing to do.
    const places = Math.min(calls, 60);
    for (let call = 0; call < places; call++) {
      for (const when of ['before', 'after'] as const) {
        const engine = new TestEngine();
        prepare(engine);
        engine.crashAt = { call, when };
        await engine.settle();
        check(engine, `${when} call ${call}`);
      }
    }
    return places;
  };

  it('and starts again: the rotation succeeds', async () => {
    const places = await crashes(
      (engine) => void engine.requests.add(),
      (engine, where) => {
        const [request] = [...engine.requests.requests.values()];
        expect([where, request!.state]).toEqual([where, 'complete']);
        expect([where, engine.runOf(request!)?.state]).toEqual([where, 'succeeded']);
        expect(engine.fn.serverAccepts.has('new')).toBe(true);
        // Nothing is missing in the trail. An interrupted try may have left an event of its own.
        expect(engine.events()).toEqual(expect.arrayContaining(['RotationStarted', 'RotationSucceeded']));
        expect(engine.events().filter((event) => event === 'RotationSucceeded')).toHaveLength(1);
      },
    );
    expect(places).toBeGreaterThan(25);
  });

  it('and starts again: a rotation that cannot succeed has failed, once', async () => {
    await crashes(
      (engine) => {
        engine.requests.add();
        engine.fn.before = (step) => {
          if (step === 'setSecret') throw invalidRequest('username must be there');
        };
      },
      (engine, where) => {
        const [request] = [...engine.requests.requests.values()];
        expect([where, request!.state]).toEqual([where, 'failed']);
        expect([where, engine.runOf(request!)?.state]).toEqual([where, 'failed']);
        expect(engine.runOf(request!)?.diagnosis).not.toBe('');
        expect(engine.events().filter((event) => event.startsWith('RotationFailed'))).toHaveLength(1);
      },
    );
  });

  it('and finds Redis empty when it starts again', async () => {
    await crashes(
      (engine) => {
        engine.requests.add();
        const takeOne = engine.queue.takeOne.bind(engine.queue);
        engine.queue.takeOne = async (...parameters) => {
          await takeOne(...parameters);
          if (engine.crashAt && engine.calls > engine.crashAt.call) {
            engine.queue.jobs.clear();
            engine.crashAt = undefined;
          }
        };
      },
      (engine, where) => {
        const [request] = [...engine.requests.requests.values()];
        expect([where, request!.state, engine.runOf(request!)?.state]).toEqual([where, 'complete', 'succeeded']);
      },
    );
  });
});
