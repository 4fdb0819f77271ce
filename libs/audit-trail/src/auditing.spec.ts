import { ManualClock } from '@strongroom/clock';
import { accessDenied, serviceUnavailable } from '@strongroom/errors';
import { byPath, dataKeyService, eventsOf, operationOf, secretsService } from '@strongroom/methods';
import { SeededRandom } from '@strongroom/random';
import { InMemoryRecorder } from './audit-event';
import type { AuditedCall } from './audited-call';
import { auditing } from './auditing';
import { auditOf } from './call-audit';

const caller = {
  kind: 'user' as const,
  arn: 'arn:aws:iam::111111111111:user/ada',
  accountId: '111111111111',
  userId: 'AIDAEXAMPLE',
  userName: 'ada',
  accessKeyId: 'AKIAEXAMPLE',
};

const services = [secretsService, dataKeyService];
const methodOf = (operation: string) => Object.keys(byPath(services)).find((path) => operationOf(path) === operation)!;

const setUp = ({ operation = 'GetSecretValue', ...overrides }: Partial<AuditedCall> = {}) => {
  const clock = new ManualClock('2026-11-24T10:00:00Z');
  const recorder = new InMemoryRecorder();
  const around = auditing({
    recorder,
    eventOf: eventsOf(services),
    clock,
    random: new SeededRandom('auditing'),
    region: 'us-east-1',
    accountId: '000000000000',
  });
  const abort = new AbortController();
  const call: AuditedCall = {
    method: methodOf(operation),
    operation,
    requestId: 'request-1',
    peer: { address: '192.0.2.1' },
    userAgent: 'test',
    deadline: clock.millis() + 1_000,
    signal: abort.signal,
    caller,
    ...overrides,
  };
  return { clock, recorder, around, call, abort, run: (next: () => Promise<unknown>) => around(call, {}, next) };
};

it('records a success before the reply leaves', async () => {
  const { recorder, run, call } = setUp();
  const response = await run(async () => {
    const audit = auditOf(call);
    audit.resource('arn:secret', 'AWS::SecretsManager::Secret', 'v1');
    audit.parameter('secretId', 'prod/db');
    audit.parameter('versionStage', undefined);
    audit.response('name', 'prod/db');
    expect(recorder.events).toHaveLength(0);
    return 'value';
  });
  expect(response).toBe('value');
  expect(recorder.events).toEqual([
    {
      eventId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      eventTime: new Date('2026-11-24T10:00:00Z'),
      eventSource: 'secretsmanager.amazonaws.com',
      eventName: 'GetSecretValue',
      awsRegion: 'us-east-1',
      recipientAccountId: '111111111111',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLE',
        arn: caller.arn,
        accountId: '111111111111',
        accessKeyId: 'AKIAEXAMPLE',
        userName: 'ada',
        sessionIssuerArn: '',
      },
      sourceIpAddress: '192.0.2.1',
      userAgent: 'test',
      requestId: 'request-1',
      readOnly: true,
      resources: [{ arn: 'arn:secret', type: 'AWS::SecretsManager::Secret', versionId: 'v1' }],
      requestParameters: { secretId: 'prod/db' },
      responseElements: { name: 'prod/db' },
      errorCode: '',
      errorMessage: '',
    },
  ]);
});

it('records a failure by its AWS name', async () => {
  const { recorder, run } = setUp();
  await expect(run(async () => Promise.reject(accessDenied('not for you')))).rejects.toMatchObject({
    reason: 'AccessDeniedException',
  });
  expect(recorder.events).toMatchObject([{ errorCode: 'AccessDeniedException', errorMessage: 'not for you' }]);
});

it('does not let the text of an unknown error into the trail', async () => {
  const { recorder, run } = setUp();
  await expect(run(async () => Promise.reject(new Error('password=hunter2')))).rejects.toThrow('hunter2');
  expect(recorder.events).toMatchObject([{ errorCode: 'InternalServiceError', errorMessage: 'internal error' }]);
});

it.each([
  ['a success', async () => 'value'],
  ['a failure', async () => Promise.reject(accessDenied('no'))],
])('answers unavailable where %s can not be recorded', async (_, next) => {
  const { recorder, run } = setUp();
  recorder.failure = serviceUnavailable('the audit journal is full');
  await expect(run(next)).rejects.toMatchObject({ kind: 'unavailable' });
});

describe('a write that commits its event', () => {
  it('has one event, however often its transaction was repeated', async () => {
    const { recorder, run, call } = setUp({ operation: 'PutSecretValue' });
    await run(async () => {
      await auditOf(call).commit();
      await auditOf(call).commit();
    });
    expect(recorder.events).toMatchObject([{ eventName: 'PutSecretValue', readOnly: false, errorCode: '' }]);
  });

  it('is not carried out when the event can not be recorded', async () => {
    const { recorder, run, call } = setUp({ operation: 'PutSecretValue' });
    recorder.failure = serviceUnavailable('the audit journal is away');
    let committed = false;
    const write = async () => {
      await auditOf(call).commit();
      committed = true;
    };
    await expect(run(write)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(committed).toBe(false);
  });

  it('has a second event that names the first when it fails afterwards', async () => {
    const { recorder, run, call } = setUp({ operation: 'PutSecretValue' });
    const write = async () => {
      auditOf(call).resource('arn:secret', 'AWS::SecretsManager::Secret', 'v2');
      await auditOf(call).commit();
      throw serviceUnavailable('the database is unavailable');
    };
    await expect(run(write)).rejects.toMatchObject({ message: 'the database is unavailable' });
    const [first, second] = recorder.events;
    expect(first).toMatchObject({ errorCode: '', resources: [{ versionId: 'v2' }] });
    expect(second).toMatchObject({
      errorCode: 'ServiceUnavailableException',
      resources: [{ versionId: 'v2' }],
      responseElements: { supersedesEventId: first!.eventId },
    });
    expect(second!.eventId).not.toBe(first!.eventId);
  });

  it('is corrected when a part of it fails afterwards', async () => {
    const { recorder, run, call } = setUp({ operation: 'BatchGetSecretValue' });
    await run(async () => {
      await auditOf(call).commit();
      auditOf(call).response('one', 'DecryptionFailure');
      await auditOf(call).correct();
    });
    const [first, second, ...others] = recorder.events;
    expect(others).toEqual([]);
    expect(first).toMatchObject({ errorCode: '', responseElements: {} });
    const responseElements = { one: 'DecryptionFailure', supersedesEventId: first!.eventId };
    expect(second).toMatchObject({ errorCode: '', responseElements });
  });

  it('names an event that may be in the trail though recording it failed', async () => {
    const { recorder, run, call } = setUp({ operation: 'PutSecretValue' });
    const write = async () => {
      recorder.failure = serviceUnavailable('the audit journal did not answer in time');
      try {
        await auditOf(call).commit();
      } finally {
        recorder.failure = undefined;
      }
    };
    await expect(run(write)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(recorder.events).toMatchObject([{ responseElements: { supersedesEventId: expect.any(String) } }]);
  });

  it('fails as soon as its success could not be recorded: its caller waits for the journal once', async () => {
    const { recorder, run, call } = setUp({ operation: 'PutSecretValue' });
    let again: jest.SpyInstance | undefined;
    const write = async () => {
      recorder.failure = serviceUnavailable('the audit journal did not answer in time');
      try {
        return await auditOf(call).commit();
      } finally {
        again = jest.spyOn(recorder, 'record').mockReturnValue(new Promise(() => undefined));
      }
    };
    await expect(run(write)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(again).toHaveBeenCalledTimes(1);
  });
});

it('takes the end of a stream by its reader for an end, not for a failure', async () => {
  const { recorder, run, call, abort } = setUp();
  const stream = async () => {
    await auditOf(call).commit();
    abort.abort();
    throw new Error('cancelled');
  };
  await expect(run(stream)).rejects.toThrow('cancelled');
  expect(recorder.events).toMatchObject([{ errorCode: '' }]);
});

describe('how long a recording may take', () => {
  const deadlines = (setup: ReturnType<typeof setUp>) => jest.spyOn(setup.recorder, 'record').mock.calls;

  it('is bound by the deadline of the call', async () => {
    const setup = setUp();
    const calls = deadlines(setup);
    await setup.run(async () => undefined);
    expect(calls[0]![1]).toEqual({ deadline: setup.call.deadline });
  });

  it('is not bound by a deadline that has passed: the failure is recorded all the same', async () => {
    const setup = setUp();
    const calls = deadlines(setup);
    const late = async () => {
      setup.clock.advance(2_000);
      throw new Error('late');
    };
    await expect(setup.run(late)).rejects.toThrow('late');
    expect(calls[0]![1]).toEqual({});
  });
});

describe('who called', () => {
  const identityOf = async (overrides: Partial<AuditedCall>) => {
    const { recorder, run } = setUp(overrides);
    await run(async () => undefined);
    return recorder.events[0]!;
  };

  it('is a role session with the role it came from', async () => {
    const session = { ...caller, kind: 'assumed-role' as const, roleArn: 'arn:aws:iam::111111111111:role/app' };
    const event = await identityOf({ caller: session });
    expect(event.userIdentity).toMatchObject({ type: 'AssumedRole', sessionIssuerArn: 'arn:aws:iam::111111111111:role/app' });
  });

  it('is a session with its beginning, and whether it began with a second factor', async () => {
    const creationDate = new Date('2026-11-24T09:00:00.123Z');
    const session = { ...caller, accessKeyId: 'ASIAEXAMPLE', issueTime: creationDate };
    const attributesOf = async (of: typeof session & { multiFactorAuthTime?: Date }) =>
      (await identityOf({ caller: of })).userIdentity.sessionAttributes;
    expect(await attributesOf(session)).toEqual({ creationDate, mfaAuthenticated: false });
    expect(await attributesOf({ ...session, multiFactorAuthTime: creationDate })).toEqual({
      creationDate,
      mfaAuthenticated: true,
    });
  });

  it('is a service by its certificate', async () => {
    const peer = {
      address: '192.0.2.1',
      service: 'secrets-api',
      certificateUri: 'spiffe://strongroom.local/service/secrets-api',
    };
    const event = await identityOf({ caller: undefined, peer });
    expect(event.userIdentity).toMatchObject({ type: 'AWSService', principalId: 'secrets-api', arn: peer.certificateUri });
    expect(event.recipientAccountId).toBe('000000000000');
  });

  it('is unknown otherwise', async () => {
    const event = await identityOf({ caller: undefined });
    expect(event.userIdentity).toMatchObject({ type: 'Unknown', arn: '' });
  });
});

it('cuts what callers choose, between characters', async () => {
  const { recorder, run, call } = setUp({ userAgent: `${'a'.repeat(255)}😀` });
  await run(async () => auditOf(call).parameter('secretId', 'x'.repeat(100_000)));
  expect(recorder.events[0]!.userAgent).toBe('a'.repeat(255));
  expect(recorder.events[0]!.requestParameters['secretId']).toHaveLength(1_024);
});

it('learns the version of a resource that was named before it was known', async () => {
  const { recorder, run, call } = setUp();
  await run(async () => {
    const audit = auditOf(call);
    audit.resource('arn:secret', 'T');
    audit.resource('arn:secret', 'T', 'v1');
    audit.resource('arn:secret', 'T');
    audit.resource('arn:secret', 'T', 'v2');
  });
  expect(recorder.events[0]!.resources.map((resource) => resource.versionId)).toEqual(['v1', 'v2']);
});

it('leaves out what other services ask for on behalf of their callers', async () => {
  const { recorder, run, call } = setUp({ operation: 'StreamDataKeys' });
  await run(async () => undefined);
  expect(recorder.events).toHaveLength(0);
  expect(() => auditOf(call)).toThrow('not audited');
});

describe('a call on what belongs to another account', () => {
  const inTrails = (recorder: InMemoryRecorder) =>
    recorder.events.map(({ recipientAccountId, errorCode }) => [recipientAccountId, errorCode]);

  it("is in its caller's trail alone when it is refused, whatever account it named", async () => {
    const { recorder, run, call } = setUp();
    const named = 'arn:aws:secretsmanager:us-east-1:999999999999:secret:a';
    await run(async () => {
      auditOf(call).resource(named, 'AWS::SecretsManager::Secret');
      throw accessDenied('no');
    }).catch(() => undefined);
    expect(inTrails(recorder)).toEqual([['111111111111', 'AccessDeniedException']]);
  });

  it("is in the owner's trail as well once it was permitted, how ever it ends", async () => {
    const { recorder, run, call } = setUp();
    const work = async () => {
      auditOf(call).resource('named', 'AWS::SecretsManager::Secret');
      auditOf(call).account('222222222222');
      auditOf(call).resourceIs('arn:secret', 'AWS::SecretsManager::Secret', 'named');
    };
    await run(work);
    expect(inTrails(recorder)).toEqual([
      ['111111111111', ''],
      ['222222222222', ''],
    ]);
    const [own, owners] = recorder.events;
    expect({ ...owners, eventId: '', recipientAccountId: '' }).toEqual({ ...own, eventId: '', recipientAccountId: '' });
    expect(owners!.eventId).not.toBe(own!.eventId);
    expect(own!.resources).toEqual([{ arn: 'arn:secret', type: 'AWS::SecretsManager::Secret', versionId: '' }]);
  });

  it('tells each trail which of its own events a failure takes the place of', async () => {
    const { recorder, run, call } = setUp({ operation: 'PutSecretValue' });
    await run(async () => {
      auditOf(call).account('222222222222');
      await auditOf(call).commit();
      throw serviceUnavailable('the commit was lost');
    }).catch(() => undefined);
    const [own, owners, ownFailure, ownersFailure] = recorder.events;
    expect(ownFailure).toMatchObject({
      recipientAccountId: '111111111111',
      responseElements: { supersedesEventId: own!.eventId },
    });
    expect(ownersFailure).toMatchObject({
      recipientAccountId: '222222222222',
      responseElements: { supersedesEventId: owners!.eventId },
    });
  });

  it('tells each of several owners of its own resources alone', async () => {
    const { recorder, run, call } = setUp();
    const arnIn = (account: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:a-AbCdEf`;
    await run(async () => {
      auditOf(call).parameter('secretIdList', 'a, b');
      for (const owner of ['222222222222', '333333333333']) {
        auditOf(call).resource(arnIn(owner), 'AWS::SecretsManager::Secret');
        auditOf(call).account(owner);
      }
    });
    expect(recorder.events.map(({ resources }) => resources.map(({ arn }) => arn))).toEqual([
      [arnIn('222222222222'), arnIn('333333333333')],
      [arnIn('222222222222')],
      [arnIn('333333333333')],
    ]);
    expect(recorder.events.map(({ requestParameters }) => Object.keys(requestParameters))).toEqual([['secretIdList'], [], []]);
  });

  it("is in the owner's trail alone when a service makes it for itself", async () => {
    const { recorder, run, call } = setUp({ caller: undefined, peer: { address: '192.0.2.1', service: 'rotation-worker' } });
    await run(async () => auditOf(call).account('222222222222'));
    expect(inTrails(recorder)).toEqual([['222222222222', '']]);
  });
});
