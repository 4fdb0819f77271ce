import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { RotationRunState } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { eventually } from '@strongroom/testing';
import { Aws, errorOf } from '../support/aws';
import { linesOf, OtlpReceiver, type ReceivedSpan, treeOf, without } from '../support/otlp-receiver';
import { RotatingUser } from '../support/rotating-user';
import { System, UNCALLED, unique } from '../support/system';
import { draw } from '../support/trace-picture';

const PARENT = 'b7ad6b7169203331';
const CANARY = 'canary-7f3a9c';
const SECRETS = 'strongroom.secrets.v1.SecretsService';
const REQUESTS = 'strongroom.secrets.v1.RotationRequestService';
const DATA_KEYS = 'strongroom.keys.v1.DataKeyService/StreamDataKeys';

let receiver: OtlpReceiver;
let system: System;
let aws: Aws;
/** What the next requests of AWS's client say of the trace that they are part of. */
let traceparent: string | undefined;

/** Before its client signs a request. */
function sendTraceparent({ secrets }: Aws): void {
  secrets.middlewareStack.add(
    (next) => (args) => {
      if (traceparent !== undefined) (args.request as { headers: Record<string, string> }).headers['traceparent'] = traceparent;
      return next(args);
    },
    { step: 'build' },
  );
}

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    STRONGROOM_ROTATION_EGRESS: 'allow 127.0.0.1:1-65535',
  };
  system = await System.own({ without: UNCALLED.filter((name) => name !== 'aws-gateway'), environment });
  aws = new Aws(system.cluster, system.cluster.adminCredentials);
  sendTraceparent(aws);
}, 150_000);
afterAll(async () => {
  aws?.close();
  await system?.stop();
  receiver?.stop();
});

const newTraceId = () => randomBytes(16).toString('hex');
const nameAndValue = { Name: unique(`${CANARY}-name`), SecretString: `${CANARY}-value`, Description: `${CANARY}-description` };
/** Everything of a trace, once this has arrived: the last span to end is the first one's. */
const traceWith = (traceId: string, isComplete: (spans: ReceivedSpan[]) => boolean) =>
  eventually('the trace arrives', async () => isComplete(receiver.trace(traceId)) && receiver.trace(traceId), 20_000);
const has = (service: string, name: string) => (spans: ReceivedSpan[]) =>
  spans.some((span) => span.service === service && span.name === name);

/** A read in a trace of its client's. */
async function read(sent = (traceId: string) => `00-${traceId}-${PARENT}-01`) {
  const traceId = newTraceId();
  traceparent = sent(traceId);
  await aws.secrets.send(new GetSecretValueCommand({ SecretId: nameAndValue.Name }));
  traceparent = undefined;
  return traceId;
}

it('shows a read from the gateway to the database, the key service and the journal as one trace', async () => {
  await aws.secrets.send(new CreateSecretCommand(nameAndValue));
  await read();
  const traceId = await read();
  const spans = await traceWith(
    traceId,
    (all) =>
      has('aws-gateway', 'secretsmanager.GetSecretValue')(all) &&
      has('secrets-api', `${SECRETS}/GetSecretValue`)(all) &&
      has('crypto-keyservice', DATA_KEYS)(all),
  );
  draw('trace-read.svg', 'A read: GetSecretValue', spans);
  const [root, ...others] = treeOf(spans);
  expect(others).toEqual([]);
  expect(root).toMatchObject({ parentSpanId: PARENT, attributes: { kind: 'server' }, hasFailed: false });
  const lines = linesOf([root!]);
  expect(lines.slice(0, 4)).toEqual([
    'aws-gateway secretsmanager.GetSecretValue',
    `· aws-gateway ${SECRETS}/GetSecretValue`,
    `· · secrets-api ${SECRETS}/GetSecretValue`,
    '· · · secrets-api SELECT version_label',
  ]);
  expect(lines).toContain(`· · · secrets-api ${DATA_KEYS}`);
  expect(lines).toContain(`· · · · crypto-keyservice ${DATA_KEYS}`);
  expect(lines.some((line) => line.startsWith('· · · · · crypto-keyservice SELECT'))).toBe(true);
  expect(lines).toContain('· · · secrets-api send audit event');
  // One request id in all services that it passes, and a statement without its parameters. While a service does not hear from
  // identity-service, as after its start, it asks who the caller is by a call of its own.
  const passed = spans.filter(({ service }) => service !== 'identity-service');
  const ids = new Set(passed.flatMap(({ attributes }) => attributes['strongroom.request.id'] ?? []));
  expect(ids.size).toBe(1);
  const statement = spans.find(({ name }) => name === 'SELECT version_label')!.attributes;
  expect(statement).toMatchObject({ 'db.system.name': 'mariadb', 'db.query.text': expect.stringMatching(/^SELECT .*\?/) });
});

it('shows a rotation through its queue as one trace', async () => {
  const user = await RotatingUser.create(system);
  const versionId = await user.rotate();
  await eventually('the rotation ends', async () => {
    const run = await user.newestRun();
    return run?.versionId === versionId && run.state === RotationRunState.SUCCEEDED;
  });
  const begun = await eventually('the rotation is traced', async () => {
    const roots = receiver.spans.filter(({ name, service }) => name === `${SECRETS}/RotateSecret` && service === 'secrets-api');
    return roots.at(-1);
  });
  const steps = (all: ReceivedSpan[]) => all.filter(({ name }) => name === 'process rotation-step');
  // What a step belongs to may be told after it.
  const spans = await traceWith(begun.traceId, (all) => steps(all).length === 4 && treeOf(all).length === 1);
  const isOfDatabase = ({ name, attributes }: ReceivedSpan) => name === 'transaction' || 'db.query.text' in attributes;
  draw('trace-rotation.svg', 'A rotation, without its statements: RotateSecret and four steps', without(spans, isOfDatabase));
  expect(steps(spans).map(({ attributes }) => attributes['strongroom.rotation.step'])).toEqual([
    'createSecret',
    'setSecret',
    'testSecret',
    'finishSecret',
  ]);
  const nameOf = (spanId: string | undefined) => spans.find((span) => span.spanId === spanId);
  for (const [index, step] of steps(spans).entries()) {
    expect(step.service).toBe('rotation-worker');
    expect(nameOf(step.parentSpanId)).toMatchObject({
      name: 'send rotation-step',
      service: index === 0 ? 'secrets-api' : 'rotation-worker',
    });
  }
  const served = spans.filter(({ name, service }) => name.startsWith(REQUESTS) && service === 'secrets-api');
  expect(served.length).toBeGreaterThan(0);
  for (const span of served) expect(nameOf(span.parentSpanId)).toMatchObject({ service: 'rotation-worker', name: span.name });
  expect(spans.some(({ name }) => name === 'COMMIT')).toBe(true);
});

it('ignores what is no traceparent, and lets no client decide that nothing is recorded', async () => {
  for (const sent of ['00-', `00-${'0'.repeat(32)}-${PARENT}-01`, `ff-${newTraceId()}-${PARENT}-01`, 'x'.repeat(4_000)]) {
    const before = receiver.spans.length;
    await read(() => sent);
    const isNew = (span: ReceivedSpan) => span.name === 'secretsmanager.GetSecretValue';
    const span = await eventually('the read is traced', async () => receiver.spans.slice(before).find(isNew));
    expect(span.parentSpanId).toBeUndefined();
  }
  const hidden = await read((traceId) => `00-${traceId}-${PARENT}-00`);
  await traceWith(hidden, has('aws-gateway', 'secretsmanager.GetSecretValue'));
});

it('makes no span for who cannot prove who they are', async () => {
  const traceId = newTraceId();
  traceparent = `00-${traceId}-${PARENT}-01`;
  const stranger = new Aws(system.cluster, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'nobody' });
  sendTraceparent(stranger);
  expect(await errorOf(stranger.secrets.send(new GetSecretValueCommand({ SecretId: 'x' })))).toMatchObject({
    name: 'UnrecognizedClientException',
  });
  stranger.close();
  // What came after it has arrived.
  const after = await read();
  await traceWith(after, has('aws-gateway', 'secretsmanager.GetSecretValue'));
  expect(receiver.trace(traceId)).toEqual([]);
});

it('tells of a failed call by the name of its error, and of no value, name or token at all', async () => {
  const traceId = newTraceId();
  traceparent = `00-${traceId}-${PARENT}-01`;
  await errorOf(aws.secrets.send(new GetSecretValueCommand({ SecretId: `${CANARY}-absent` })));
  traceparent = undefined;
  const spans = await traceWith(traceId, has('aws-gateway', 'secretsmanager.GetSecretValue'));
  expect(treeOf(spans)[0]).toMatchObject({ hasFailed: true, attributes: { 'error.type': 'ResourceNotFoundException' } });
  const { secretAccessKey, accessKeyId } = system.cluster.adminCredentials;
  const encoded = [CANARY, secretAccessKey, accessKeyId].flatMap((text) => [
    text,
    encodeURIComponent(text),
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('base64').replace(/=*$/, '').slice(0, -1),
  ]);
  expect(encoded.filter((text) => receiver.text.includes(text))).toEqual([]);
  expect([...receiver.resources].sort()).toEqual(['service.name', 'service.namespace']);
  const names = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...names].filter((name) => !/^(?:kind|rpc\.|db\.|messaging\.|error\.type$|strongroom\.)/.test(name))).toEqual([]);
});

it('says in the log that spans were not taken, and answers all the same', async () => {
  receiver.refuses = true;
  const isInLog = () => readFileSync(system.cluster.logFile('aws-gateway'), 'utf8').includes('spans were not taken');
  expect(isInLog()).toBe(false);
  await read();
  await eventually('the log says so', async () => isInLog());
  receiver.refuses = false;
  await traceWith(await read(), has('aws-gateway', 'secretsmanager.GetSecretValue'));
});
