import { DomainError } from '@strongroom/errors';
import { isIdempotent, keyService, secretsService, services } from '@strongroom/methods';
import { FakeConnection } from './fake-connection.testing';
import { unaryNames } from './one-attempt.testing';

type Calls = Record<string, (request: object, options?: object) => Promise<unknown>>;

const methods = services.flatMap((service) => unaryNames(service).map((name) => ({ service, name })));

it.each(methods)('$name is sent again exactly where the table says that it may be', async ({ service, name }) => {
  const { connection, client } = FakeConnection.of(service);
  connection.failing(name, 1);
  const outcome = await (client as unknown as Calls)[name]!({}).then(
    () => 'answered',
    (error: DomainError) => error.kind,
  );
  const repeats = isIdempotent(service.methods[name]!, {});
  expect([outcome, connection.sent.length]).toEqual(repeats ? ['answered', 2] : ['unavailable', 1]);
});

it('repeats reads, and what only computes, and a write whose token makes it one', async () => {
  const value = { value: { $case: 'secretString' as const, value: 'x' } };
  const request = { secretId: 'a', value, versionStages: [], clientRequestToken: undefined, rotationToken: undefined };
  const sent = async (...[name, asked]: ['putSecretValue' | 'describeSecret', object]) => {
    const { connection, client } = FakeConnection.of(secretsService);
    connection.failing(name, 2);
    await (client as unknown as Calls)[name]!(asked).catch(() => undefined);
    return connection.sent.length;
  };
  expect(await sent('describeSecret', { secretId: 'a' })).toBe(3);
  expect(await sent('putSecretValue', request)).toBe(1);
  expect(await sent('putSecretValue', { ...request, clientRequestToken: 'a'.repeat(32) })).toBe(3);
  const { connection, client } = FakeConnection.of(keyService);
  connection.failing('generateRandom', 1);
  await client.generateRandom({ numberOfBytes: 8 });
  expect(connection.sent).toHaveLength(2);
});

it('repeats nothing for who wants one attempt', async () => {
  const { connection, client } = FakeConnection.of(secretsService);
  connection.failing('describeSecret', 1);
  await expect(client.describeSecret({ secretId: 'a' }, { maxAttempts: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
  expect(connection.sent).toHaveLength(1);
});

it('fails with the error that was sent', async () => {
  const { connection, client } = FakeConnection.of(secretsService);
  const error = new DomainError({ kind: 'not-found', reason: 'ResourceNotFoundException', message: 'not here' });
  connection.answers['describeSecret'] = () => {
    throw error;
  };
  const { kind, reason, message } = error;
  await expect(client.describeSecret({ secretId: 'a' })).rejects.toMatchObject({ kind, reason, message });
});
