import { Authorizer, callerForTests, FakePrincipalSource } from '@strongroom/access';
import { InMemoryRecorder, noIdentity } from '@strongroom/audit-trail';
import { DAY, HOUR, ManualClock, MINUTE, SECOND } from '@strongroom/clock';
import {
  AlarmComparison,
  AlarmHistoryType,
  AlarmMissingData,
  AlarmState,
} from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { connectTo } from '@strongroom/grpc-kit';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { alarmService } from '@strongroom/methods';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, type TestDatabase, TestPki } from '@strongroom/testing';
import { startAlarms } from './alarms';
import { MAX_ALARMS } from './domain/alarms/alarm-book';
import type { TrailEvent } from './domain/trail-event';
import { migrations } from './persistence/migrations';
import { Outbox } from './persistence/outbox';

const ACCOUNT = '000000000000';
const OTHER = '111111111111';
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:told`;
const REFUSALS = JSON.stringify({ detail: { errorCode: ['AccessDeniedException'] } });
const ROTATED = JSON.stringify({ detail: { eventName: ['RotationSucceeded'] } });

const clock = new ManualClock('2026-11-30T00:00:00Z');
const principals = new FakePrincipalSource();
const recorder = new InMemoryRecorder();
const clients: { close(): void }[] = [];

let pki: TestPki;
let database: TestDatabase;
let pool: HotPool;
let service: RunningService;
let alarms: ReturnType<typeof startAlarms>;
/** The ends of the trails, and how far the consumer is. */
let heads: Map<string, bigint>;
let sequence = 0;

beforeAll(async () => {
  [pki, database] = await Promise.all([TestPki.create(), createTestDatabase('alarms')]);
  await migrateSchema(database, migrations);
  pool = createHotPool(database, { poolSize: 6 });
  const config = {
    accountId: ACCOUNT,
    region: 'us-east-1',
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls: await pki.issueFiles(serviceCertificate('notification-service')),
  };
  const options = {
    name: 'notification-service',
    config,
    clock,
    logger: silentLogger,
    metrics: new Metrics({ service: 'test' }),
  };
  service = await startService(options, async (shell) => {
    const topics = {
      matches: (arn: string) => arn.startsWith('arn:aws:sns:'),
      expand: (_tx: unknown, { accountId }: { accountId: string }, { orderingKey, messageId, text: payload }: Message) =>
        Promise.resolve([{ accountId, destination: { kind: 'email', id: 'told' } as const, orderingKey, messageId, payload }]),
    };
    const feed = { listTrailHeads: () => Promise.resolve({ sequences: Object.fromEntries(heads) }) };
    const places = { all: () => Promise.resolve(new Map([[ACCOUNT, sequence]])) };
    alarms = startAlarms(shell, { pool, outbox: new Outbox(clock), kinds: [topics], feed, places, recorder });
    const authorizer = new Authorizer({ region: 'us-east-1', clock });
    return { port: await shell.serve({ principals, recorder, services: [alarms.handlers(authorizer)] }) };
  });
}, 60_000);
afterAll(async () => {
  for (const client of clients) client.close();
  await service?.stop(1_000);
  await pool?.close();
  await database?.drop();
  pki?.drop();
});
beforeEach(async () => {
  for (const table of ['alarm', 'alarm_history', 'delivery', 'delivery_lane']) await database.admin.query(`DELETE FROM ${table}`);
  heads = new Map();
  recorder.events.length = 0;
});

interface Message {
  orderingKey: string;
  messageId: string;
  text: string;
}

/** The client of a user whose policies allow these actions on these resources. */
const as = async (name: string, action = 'cloudwatch:*', resource = '*', accountId = ACCOUNT) => {
  const uri = accountId === ACCOUNT ? userUri(name) : `spiffe://strongroom.local/account/${accountId}/${name}`;
  const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: resource } };
  principals.add(uri, callerForTests({ name, accountId, policies: [policy] }));
  const { certificate, key, ca } = await pki.issue({ uri });
  const client = connectTo(alarmService, {
    address: `localhost:${service.port}`,
    tls: { certificate, key, ca },
    service: 'test',
  });
  clients.push(client);
  return client;
};
const within = { timeoutMs: 10_000 };
type Api = Awaited<ReturnType<typeof as>>;

const event = (given: Partial<TrailEvent> & { who?: string } = {}): TrailEvent => ({
  sequence: ++sequence,
  hash: Buffer.alloc(32),
  eventId: `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
  eventTime: clock.now(),
  eventSource: 'secretsmanager.amazonaws.com',
  eventName: 'GetSecretValue',
  awsRegion: 'us-east-1',
  recipientAccountId: ACCOUNT,
  userIdentity: { ...noIdentity, type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/${given.who ?? 'ada'}`, accountId: ACCOUNT },
  sourceIpAddress: '127.0.0.1',
  userAgent: 'test',
  requestId: 'r',
  readOnly: true,
  resources: [],
  requestParameters: {},
  responseElements: {},
  errorCode: 'AccessDeniedException',
  errorMessage: 'no',
  ...given,
});
const refusals = (count: number, given: Parameters<typeof event>[0] = {}) => Array.from({ length: count }, () => event(given));
const take = (events: TrailEvent[]) => pool.transaction((tx) => alarms.sink.take(tx, ACCOUNT, events));
const look = () => alarms.watch.look(new AbortController().signal);
const put = (api: Api, alarmName: string, more: object) =>
  api.putAlarm(
    {
      ...{ alarmName, alarmDescription: '', eventPattern: REFUSALS, groupBy: '', comparisonOperator: 0, treatMissingData: 0 },
      ...{ threshold: undefined, period: undefined, evaluationPeriods: undefined, datapointsToAlarm: undefined },
      ...{ actionsEnabled: undefined, alarmActions: [], okActions: [], insufficientDataActions: [], ...more },
    },
    within,
  );
const described = async (api: Api, ...alarmNames: string[]) => {
  const all = { alarmNamePrefix: '', stateValue: AlarmState.UNSPECIFIED, maxRecords: undefined, nextToken: '' };
  return (await api.describeAlarms({ ...all, alarmNames }, within)).alarms;
};
const states = async (api: Api) =>
  Object.fromEntries((await described(api)).map(({ alarmName, stateValue }) => [alarmName, AlarmState[stateValue]]));
const historyOf = async (api: Api, alarmName: string, historyItemType = AlarmHistoryType.UNSPECIFIED) =>
  (await api.describeAlarmHistory({ alarmName, historyItemType, maxRecords: undefined, nextToken: '' }, within))
    .alarmHistoryItems;
const deliveries = async () => {
  const [rows] = await database.admin.query('SELECT payload FROM delivery ORDER BY delivery_id');
  return (rows as { payload: string }[]).map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
};
const changes = () => recorder.events.filter(({ eventName }) => eventName === 'CloudWatch Alarm State Change');

const burst = { threshold: 3, comparisonOperator: AlarmComparison.GREATER_THAN_THRESHOLD, groupBy: 'detail.userIdentity.arn' };
const calm = { ...burst, treatMissingData: AlarmMissingData.NOT_BREACHING };

it('gives an account as many alarms as it may have, and no more, however many ask at once', async () => {
  const api = await as('ada');
  const puts = Array.from({ length: MAX_ALARMS + 4 }, (_, index) => put(api, `alarm-${index}`, calm));
  const failures = (await Promise.allSettled(puts)).filter((put) => put.status === 'rejected');
  expect(failures.map(({ reason }) => (reason as Error).message)).toEqual(
    Array(4).fill(`An account can have at most ${MAX_ALARMS} alarms.`),
  );
  await put(api, (await described(api))[0]!.alarmName, { ...calm, threshold: 7 });
});

describe('a burst of refusals of one caller', () => {
  it('goes off once, tells of it, and is over when the period is', async () => {
    const api = await as('ada');
    await put(api, 'burst', { ...calm, alarmActions: [TOPIC], okActions: [TOPIC] });
    await take([...refusals(3, { who: 'ada' }), ...refusals(3, { who: 'bob' }), ...refusals(9, { errorCode: '' })]);
    await look();
    expect(await states(api)).toEqual({ burst: 'INSUFFICIENT_DATA' });
    clock.advance(MINUTE);
    await take(refusals(1, { who: 'bob' }));
    await take(refusals(1, { who: 'bob' }));
    expect(await described(api)).toMatchObject([
      {
        stateValue: AlarmState.ALARM,
        stateReason: `There were more than 3 events in a period, for arn:aws:iam::${ACCOUNT}:user/bob: 4 in the last period of 5 minutes.`,
      },
    ]);
    await look();
    expect(changes()).toMatchObject([
      {
        eventSource: 'monitoring.amazonaws.com',
        recipientAccountId: ACCOUNT,
        resources: [{ arn: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:burst`, type: 'AWS::CloudWatch::Alarm' }],
        requestParameters: { alarmName: 'burst', state: 'ALARM', previousState: 'INSUFFICIENT_DATA' },
      },
    ]);
    expect(await deliveries()).toMatchObject([
      { AlarmName: 'burst', NewStateValue: 'ALARM', OldStateValue: 'INSUFFICIENT_DATA' },
    ]);
    clock.advance(6 * MINUTE);
    await look();
    expect(await states(api)).toEqual({ burst: 'OK' });
    expect((await deliveries()).map(({ NewStateValue: state }) => state)).toEqual(['ALARM', 'OK']);
    expect(changes().map(({ requestParameters }) => requestParameters['state'])).toEqual(['ALARM', 'OK']);
    const told = (await historyOf(api, 'burst')).map(({ historyItemType }) => AlarmHistoryType[historyItemType]);
    expect(told).toEqual(['ACTION', 'STATE_UPDATE', 'ACTION', 'STATE_UPDATE', 'CONFIGURATION_UPDATE']);
  });

  it('is noticed though it ended long before anybody counted, and no burst is made of what was far apart', async () => {
    const api = await as('ada');
    await put(api, 'late', { ...calm, alarmActions: [TOPIC] });
    await put(api, 'apart', { ...calm, eventPattern: JSON.stringify({ detail: { eventName: ['ListSecrets'] } }) });
    const at = (ms: number) => new Date(clock.millis() + ms);
    const events = [
      ...[0, 1, 2, 3].map((n) => event({ eventTime: at(HOUR + n * SECOND) })),
      ...[0, 1, 2, 3].map((n) => event({ eventName: 'ListSecrets', errorCode: '', eventTime: at(2 * HOUR + n * 2 * MINUTE) })),
    ];
    clock.advance(5 * HOUR);
    await take(events);
    await look();
    expect(await states(api)).toEqual({ apart: 'OK', late: 'OK' });
    expect((await deliveries()).map(({ AlarmName: name, NewStateValue: state }) => [name, state])).toEqual([['late', 'ALARM']]);
  });

  it('counts further callers together when there are very many', async () => {
    const api = await as('ada');
    await put(api, 'many', { ...calm, threshold: 20 });
    await take(Array.from({ length: 120 }, (_, n) => event({ who: `u${n}` })));
    expect((await described(api))[0]!.stateReason).toBe('The alarm is new.');
    await take([event({ who: 'one-more' })]);
    expect((await described(api))[0]!.stateReason).toContain('for (others): 21 in');
    const [rows] = await database.admin.query('SELECT COUNT(DISTINCT group_key) AS count FROM alarm_count');
    expect(rows).toEqual([{ count: 101 }]);
  });

  it('counts once, whatever breaks between', async () => {
    const api = await as('ada');
    await put(api, 'once', { ...calm, alarmActions: [TOPIC] });
    const events = refusals(4);
    const broken = pool.transaction(async (tx) => {
      await alarms.sink.take(tx, ACCOUNT, events);
      throw new Error('the process ended');
    });
    await expect(broken).rejects.toThrow('the process ended');
    expect([await states(api), await deliveries()]).toEqual([{ once: 'INSUFFICIENT_DATA' }, []]);
    await take(events);
    expect(await states(api)).toEqual({ once: 'ALARM' });
    // The trail is away; later it is told, under the id that the history keeps.
    recorder.failure = new Error('away');
    await expect(look()).rejects.toThrow('away');
    recorder.failure = undefined;
    await look();
    await look();
    expect(changes()).toHaveLength(1);
    expect(await deliveries()).toHaveLength(1);
  });
});

describe('no rotation for 40 days', () => {
  const none = {
    eventPattern: ROTATED,
    comparisonOperator: AlarmComparison.LESS_THAN_THRESHOLD,
    treatMissingData: AlarmMissingData.BREACHING,
    period: 40 * 86_400,
  };

  it('goes off when that time has passed, and not because nothing was known before', async () => {
    const api = await as('ada');
    await put(api, 'none', none);
    await look();
    clock.advance(20 * DAY);
    await take([event({ eventName: 'RotationSucceeded', errorCode: '' })]);
    await look();
    expect(await states(api)).toEqual({ none: 'INSUFFICIENT_DATA' });
    clock.advance(21 * DAY);
    await look();
    expect(await states(api)).toEqual({ none: 'OK' });
    clock.advance(20 * DAY);
    await look();
    expect(await described(api)).toMatchObject([
      {
        stateValue: AlarmState.ALARM,
        stateReason: 'There were fewer than 1 events in a period: 0 in the last period of 40 days.',
      },
    ]);
    await take([event({ eventName: 'RotationSucceeded', errorCode: '' })]);
    clock.advance(5 * MINUTE);
    await look();
    expect(await states(api)).toEqual({ none: 'OK' });
  });

  it('does not go off while events may wait in the trail', async () => {
    const api = await as('ada');
    await put(api, 'none', none);
    await look();
    clock.advance(41 * DAY);
    heads = new Map([[ACCOUNT, BigInt(sequence + 1)]]);
    await look();
    expect(await states(api)).toEqual({ none: 'INSUFFICIENT_DATA' });
    await take([event({ eventName: 'RotationSucceeded', errorCode: '' })]);
    await look();
    expect(await states(api)).toEqual({ none: 'OK' });
  });
});

describe('alarms', () => {
  it('are made, changed, listed and deleted', async () => {
    const api = await as('ada');
    for (const name of ['a', 'b', 'c']) await put(api, name, calm);
    await take(refusals(4));
    await put(api, 'b', { ...calm, threshold: 9 });
    await put(api, 'c', { ...calm, period: 60 });
    const list = { alarmNames: [], alarmNamePrefix: '', stateValue: AlarmState.UNSPECIFIED, maxRecords: 2, nextToken: '' };
    const first = await api.describeAlarms(list, within);
    const second = await api.describeAlarms({ ...list, nextToken: first.nextToken }, within);
    expect([...first.alarms, ...second.alarms].map(({ alarmName }) => alarmName)).toEqual(['a', 'b', 'c']);
    expect([first.nextToken === '', second.nextToken]).toEqual([false, '']);
    // Another threshold counts on; another period begins anew.
    const [counts] = await database.admin.query(
      'SELECT a.name, SUM(c.events) AS events FROM alarm a LEFT JOIN alarm_count c USING (alarm_id) GROUP BY a.name ORDER BY a.name',
    );
    expect(counts).toEqual([
      { name: 'a', events: '4' },
      { name: 'b', events: '4' },
      { name: 'c', events: null },
    ]);
    await expect(api.deleteAlarms({ alarmNames: ['a', 'x'] }, within)).rejects.toMatchObject({
      reason: 'ResourceNotFoundException',
      message: 'There is no alarm x.',
    });
    expect(await described(api)).toHaveLength(3);
    await api.deleteAlarms({ alarmNames: ['a', 'b'] }, within);
    expect((await described(api)).map(({ alarmName }) => alarmName)).toEqual(['c']);
    expect((await historyOf(api, 'a'))[0]).toMatchObject({ historySummary: 'The alarm was deleted.' });
  });

  it('are tried out, and take their true state again', async () => {
    const api = await as('ada');
    await put(api, 'tried', { ...calm, alarmActions: [TOPIC] });
    await look();
    await api.setAlarmState({ alarmName: 'tried', stateValue: AlarmState.ALARM, stateReason: 'a drill' }, within);
    expect(await described(api)).toMatchObject([{ stateValue: AlarmState.ALARM, stateReason: 'a drill' }]);
    expect(await deliveries()).toMatchObject([{ AlarmName: 'tried', NewStateReason: 'a drill' }]);
    await look();
    expect(await states(api)).toEqual({ tried: 'ALARM' });
    clock.advance(6 * MINUTE);
    await look();
    expect(await states(api)).toEqual({ tried: 'OK' });
  });

  it('tell nobody while their actions are disabled', async () => {
    const api = await as('ada');
    await put(api, 'quiet', { ...calm, alarmActions: [TOPIC] });
    await api.disableAlarmActions({ alarmNames: ['quiet', 'unknown'] }, within);
    await take(refusals(4));
    expect([await states(api), await deliveries()]).toEqual([{ quiet: 'ALARM' }, []]);
    await api.enableAlarmActions({ alarmNames: ['quiet'] }, within);
    expect(await described(api)).toMatchObject([{ actionsEnabled: true }]);
  });

  it('count all that happens but their own changes', async () => {
    const api = await as('ada');
    const pattern = JSON.stringify({ source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } });
    for (const name of ['own', 'another']) await put(api, name, { eventPattern: pattern });
    const change = event({
      eventSource: 'monitoring.amazonaws.com',
      eventName: 'CloudWatch Alarm State Change',
      userIdentity: { ...noIdentity, type: 'AWSService', principalId: 'notification-service' },
      sourceIpAddress: '',
      requestParameters: { alarmName: 'own', state: 'ALARM', reason: 'x', previousState: 'OK' },
      errorCode: '',
      errorMessage: '',
    });
    await take([change]);
    expect(await states(api)).toEqual({ own: 'INSUFFICIENT_DATA', another: 'ALARM' });
  });

  it('belong to their account, and need rights', async () => {
    const ada = await as('ada');
    await put(ada, 'mine', calm);
    const stranger = await as('eve', 'cloudwatch:*', '*', OTHER);
    expect(await described(stranger)).toEqual([]);
    await expect(stranger.deleteAlarms({ alarmNames: ['mine'] }, within)).rejects.toMatchObject({
      reason: 'ResourceNotFoundException',
    });
    await expect(put(stranger, 'theirs', { alarmActions: [TOPIC] })).rejects.toMatchObject({
      message: 'AlarmActions[0] must be of your own account.',
    });
    const bob = await as('bob', 'cloudwatch:DescribeAlarms', `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:mine`);
    expect(await described(bob, 'mine')).toHaveLength(1);
    await expect(described(bob, 'other')).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    await expect(described(bob)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    await expect(put(bob, 'mine', {})).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    expect(recorder.events.at(-1)).toMatchObject({
      eventName: 'PutAlarm',
      errorCode: 'AccessDeniedException',
      resources: [{ arn: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:mine` }],
    });
  });
});
