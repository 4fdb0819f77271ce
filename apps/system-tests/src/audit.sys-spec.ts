import { status } from '@grpc/grpc-js';
import { LocalCluster } from '@strongroom/local-cluster';
import type {
  Event,
  StreamEventsResponse,
  StreamTrailVerificationResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { eventually } from '@strongroom/testing';
import { type Api, outcome } from './support/api';
import { allow } from './support/policies';
import { type RunningSystem, System, text, unique } from './support/system';
import { eventsOf } from './support/trail';

let system: RunningSystem;
const apis: Record<string, Api> = {};

beforeAll(async () => {
  system = await System.running();
  const { api } = await system.user('auditor', allow(['cloudtrail:*', 'secretsmanager:*', 'kms:*']));
  apis.certificate = api;
  apis.token = await system.byToken(api);
});
afterAll(() => system?.stop());

const bothWays = (name: string, test: (api: Api) => Promise<void>) =>
  it.each(['certificate', 'token'])(`${name} (by %s)`, (way) => test(apis[way]!));

/** On the way into a network of containers addresses may be translated. */
const fromHere = () =>
  system.cluster instanceof LocalCluster ? '127.0.0.1' : (expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) as unknown);

bothWays('tells who did what, from where, to which version', async (api) => {
  const name = unique('audited');
  const { arn, versionId } = await api.secrets.createSecret({ name, value: text('never in the trail') });
  const read = api.secrets.getSecretValue({ secretId: name });
  await read;
  const [event, ...others] = await eventsOf(api, await read.requestId);
  expect(others).toEqual([]);
  const me = await api.tokens.getCallerIdentity();
  expect(event).toMatchObject({
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    awsRegion: 'us-east-1',
    recipientAccountId: '000000000000',
    userIdentity: { type: 'IAMUser', arn: me.arn, accountId: '000000000000', principalId: me.userId },
    sourceIpAddress: fromHere(),
    readOnly: true,
    errorCode: '',
  });
  expect(event!.resources).toContainEqual({ arn, type: 'AWS::SecretsManager::Secret', versionId });
  expect(event!.resources.map((r) => r.type)).toContain('AWS::KMS::Key');
  expect(event!.hash).toHaveLength(32);
  expect(Math.abs(event!.eventTime!.getTime() - Date.now())).toBeLessThan(60_000);
});

bothWays('tells of what failed and of what was refused', async (api) => {
  const missing = api.secrets.getSecretValue({ secretId: unique('missing') });
  expect(await outcome(missing)).toBe('not-found ResourceNotFoundException');
  expect(await eventsOf(api, await missing.requestId)).toMatchObject([{ errorCode: 'ResourceNotFoundException' }]);

  const { api: powerless, arn } = await system.user('powerless');
  const refused = powerless.secrets.getSecretValue({ secretId: unique('missing') });
  expect(await outcome(refused)).toBe('permission-denied AccessDeniedException');
  expect(await eventsOf(api, await refused.requestId)).toMatchObject([
    { errorCode: 'AccessDeniedException', userIdentity: { arn } },
  ]);
});

it('has an event of every service', async () => {
  const { admin } = system;
  const calls: [string, string, { requestId: Promise<string> } & Promise<unknown>][] = [
    ['kms.amazonaws.com', 'CreateKey', admin.keys.createKey()],
    ['iam.amazonaws.com', 'CreateUser', admin.identity.createUser({ userName: unique('audited') })],
    ['sts.amazonaws.com', 'GetCallerIdentity', admin.tokens.getCallerIdentity()],
    ['sts.amazonaws.com', 'GetSessionToken', admin.tokens.getSessionToken()],
    ['cloudtrail.amazonaws.com', 'LookupEvents', admin.audit.lookupEvents({ maxResults: 1 })],
  ];
  for (const [eventSource, eventName, call] of calls) {
    await call;
    expect(await eventsOf(admin, await call.requestId)).toMatchObject([{ eventSource, eventName, errorCode: '' }]);
  }
});

bothWays('finds events by each condition, page by page', async (api) => {
  const startTime = new Date(Date.now() - 1_000);
  const name = unique('found');
  const { arn } = await api.secrets.createSecret({ name, value: text('x') });
  for (let i = 0; i < 4; i++) await api.secrets.getSecretValue({ secretId: name });
  await outcome(api.secrets.getSecretValue({ secretId: name, versionStage: 'nowhere' }));
  const me = await api.tokens.getCallerIdentity();

  const find = async (filter: object) => (await api.audit.lookupEvents({ filter: { startTime, ...filter } })).events;
  await eventually('six events of the secret', async () => (await find({ resource: arn })).length === 6);
  expect(await find({ resource: name })).toHaveLength(6);
  expect(await find({ resource: arn, eventName: 'GetSecretValue' })).toHaveLength(5);
  expect(await find({ resource: arn, outcome: 2 })).toHaveLength(1);
  expect(await find({ resource: arn, outcome: 1 })).toHaveLength(5);
  expect(await find({ resource: arn, principal: me.arn })).toHaveLength(6);
  expect(await find({ resource: arn, principal: 'nobody' })).toEqual([]);
  expect(await find({ resource: arn, eventSource: 'kms.amazonaws.com' })).toEqual([]);
  expect(await find({ resource: arn, startTime: undefined, endTime: startTime })).toEqual([]);

  const paged: Event[] = [];
  for (let nextToken = ''; ;) {
    const page = await api.audit.lookupEvents({ filter: { resource: arn }, maxResults: 4, nextToken });
    paged.push(...page.events);
    if (!(nextToken = page.nextToken)) break;
  }
  const sequences = paged.map((event) => event.sequence);
  expect(sequences).toEqual([...sequences].sort((a, b) => Number(b - a)));
  expect(sequences).toHaveLength(6);
});

bothWays('follows events as they come', async (api) => {
  const name = unique('followed');
  const stream = api.raw.audit.streamEvents({ filter: undefined, afterSequence: undefined }, api.metadata);
  const seen: Event[] = [];
  stream.on('data', ({ event }: StreamEventsResponse) => seen.push(event!));
  stream.on('error', () => {});
  try {
    // The stream shows what is new from the moment it is open, and nothing tells when that is.
    await eventually('the stream shows a new event', async () => {
      await api.secrets.getRandomPassword();
      return seen.length > 0;
    });
    await api.secrets.createSecret({ name });
    await eventually('the stream shows the creation', async () =>
      seen.some((event) => event.eventName === 'CreateSecret' && event.requestParameters.name === name),
    );
    const sequences = seen.map((event) => event.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => Number(a - b)));
  } finally {
    stream.cancel();
  }
});

bothWays('verifies the trail', async (api) => {
  await api.secrets.getRandomPassword();
  const whole = await api.audit.verifyTrail();
  expect(whole).toMatchObject({ valid: true, findings: [] });
  expect(whole.eventsVerified).toBe(whole.lastSequence);
  const range = await api.audit.verifyTrail({ fromSequence: 2n, toSequence: 3n });
  expect(range).toMatchObject({ valid: true, eventsVerified: 2n, lastSequence: 3n });
});

bothWays('verifies the trail as a stream, and goes on from its end', async (api) => {
  await api.secrets.getRandomPassword();
  const ended = async (resumeToken = '') => {
    let last: StreamTrailVerificationResponse | undefined;
    for await (const message of api.raw.audit.streamTrailVerification({ resumeToken }, api.metadata)) last = message;
    return last!;
  };
  const whole = await ended();
  expect(whole).toMatchObject({ sequence: whole.endSequence, result: { valid: true, findings: [] } });
  expect((await ended(whole.resumeToken)).result).toMatchObject({ valid: true, findings: [] });
  const token = Buffer.from(whole.resumeToken, 'base64url').toString();
  for (const forged of [token.replace(',', ',1'), token.replace(/"[^"]*"]$/, '"AAAA"]'), token.replace(/"[^"]*"]$/, '"----"]')]) {
    const going = ended(Buffer.from(forged).toString('base64url'));
    await expect(going).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  }
});
