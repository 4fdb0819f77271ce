import { FakePrincipalSource, callerForTests, RecordingAuthorizer, type CallerForTests } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import * as dependentsMessages from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import * as messages from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { migrateSchema } from '@strongroom/database';
import { connectTo } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt, unaryNames } from '@strongroom/grpc-kit/testing';
import { userUri } from '@strongroom/local-cluster';
import { keyDependentsService, secretsService, secretTagService } from '@strongroom/methods';
import { startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import {
  createTestDatabase,
  createTestRedis,
  type TestDatabase,
  PATIENCE_MS,
  TestPki,
  type TestRedis,
} from '@strongroom/testing';
import { migrations } from './persistence/migrations';
import { serveSecrets } from './server';
import { FakeCustomerKeys } from './domain/fake-customer-keys.testing';
import { FakeDataKeys } from './domain/fake-data-keys.testing';
import { FakeRotationFunctions } from './domain/rotation/fake-rotation-functions.testing';
import { connectWorker } from './worker-api.testing';

/** The service as one caller sees it: by operation, with optional fields as on the wire. */
export type Api = OneAttempt<typeof secretsService>;
/** What depends on keys, as one caller sees it. */
export type DependentsApi = OneAttempt<typeof keyDependentsService>;
export type DependentsOperation = keyof DependentsApi;
export const dependentsOperations = unaryNames(keyDependentsService);
export type Operation = keyof Api;
export const operations = unaryNames(secretsService);

export function text(value: string) {
  return { value: { $case: 'secretString' as const, value } };
}
export function binary(value: Buffer) {
  return { value: { $case: 'secretBinary' as const, value } };
}
/** A token that is 32 characters long. */
export function token(name: string) {
  return name.padEnd(32, '-');
}

export type TestSecretsApi = Awaited<ReturnType<typeof startTestSecretsApi>>;

/**
 * The service on a fresh database from the real migrations, over mutual TLS, with a real Redis for its queue. Callers, audit
 * trail, clock and key service are fakes.
 */
export async function startTestSecretsApi(purpose: string) {
  const database: TestDatabase = await createTestDatabase(purpose);
  const redis: TestRedis = await createTestRedis(purpose);
  const pki = await TestPki.create();
  await migrateSchema(database, migrations);
  // As in production, the service itself cannot change the schema.
  const runtime = await database.createUser(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);

  const clock = new ManualClock('2026-03-10T12:00:00Z');
  const principals = new FakePrincipalSource();
  const recorder = new InMemoryRecorder();
  const authorizer = new RecordingAuthorizer({ region: 'us-east-1', clock });
  const dataKeys = new FakeDataKeys();
  const customerKeys = new FakeCustomerKeys(dataKeys);
  const rotationFunctions = new FakeRotationFunctions();
  const queuePrefix = redis.prefix.replaceAll(':', '');
  const config = {
    accountId: '000000000000',
    region: 'us-east-1',
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls: await pki.issueFiles({
      uri: 'spiffe://strongroom.local/service/secrets-api',
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    }),
    database: { ...database, ...runtime },
    redis: { host: redis.host, port: redis.port, password: redis.password },
  };
  const others = { principals, recorder, authorizer, dataKeys, customerKeys, rotationFunctions, queuePrefix };
  const name = 'secrets-api';
  const start = () =>
    startService({ name, config, clock, logger: silentLogger, metrics: new Metrics({ service: name }) }, (shell) =>
      serveSecrets(shell, others),
    );
  const service = await start();
  const tls = await pki.issueFiles({ uri: userUri('test-client') });
  const connection = { address: `127.0.0.1:${service.port}`, tls, service: 'test' };
  const client = connectTo(secretsService, connection);
  const dependentsClient = connectTo(keyDependentsService, connection);

  const worker = await connectWorker(pki, service.port);

  /** `bearer` undefined: a call without a token, with the certificate of an unknown client. */
  const apiFor = (bearer?: string): Api =>
    oneAttempt(secretsService, client, messages, { timeoutMs: PATIENCE_MS, token: bearer });
  const bearerOf = (principal: CallerForTests): string => {
    const caller = callerForTests(principal);
    const bearer = `token-${caller.arn}-${Math.random()}`;
    principals.add(bearer, caller);
    return bearer;
  };

  return {
    database,
    redis,
    clock,
    recorder,
    authorizer,
    dataKeys,
    customerKeys,
    service,
    principals,
    rotationFunctions,
    queuePrefix,
    /** rotation-worker, by its certificate. */
    worker: worker.api,
    /** rotation-worker's methods, called with somebody else's certificate. */
    workerAs: (uri: string) => connectWorker(pki, service.port, uri),
    /** A client of the tags of secrets, with somebody's certificate. */
    async tagsAs(uri: string) {
      return connectTo(secretTagService, { ...connection, tls: await pki.issueFiles({ uri }) });
    },
    /** A second process of the service, on the same stores. */
    async anotherProcess() {
      const another = await start();
      const its = await connectWorker(pki, another.port);
      return {
        worker: its.api,
        async stop() {
          its.close();
          await another.stop(2_000);
        },
      };
    },
    /** Registers a caller, and returns the name that services use for its credential. */
    known(principal: CallerForTests): string {
      const caller = callerForTests(principal);
      principals.add(`token-${caller.arn}`, caller);
      return caller.credentialId;
    },
    /** A caller with these policies; by default one that may do everything in account 000000000000. */
    as(principal: CallerForTests = {}): Api {
      return apiFor(bearerOf(principal));
    },
    /** The same for what depends on keys. */
    dependentsAs(principal: CallerForTests = {}): DependentsApi {
      const options = { timeoutMs: PATIENCE_MS, token: bearerOf(principal) };
      return oneAttempt(keyDependentsService, dependentsClient, dependentsMessages, options);
    },
    nobody: apiFor(),
    /** A stream of WatchSecrets. */
    watch(principal: CallerForTests = {}) {
      return client.watchSecrets({ token: bearerOf(principal) });
    },
    async stop() {
      client.close();
      dependentsClient.close();
      worker.close();
      await service.stop(2_000);
      await database.drop();
      await redis.drop();
      pki.drop();
    },
  };
}

/** A policy document that allows actions on resources. */
export function allow(actions: string | string[], resource: string | string[] = '*', condition?: object) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: resource, ...(condition ? { Condition: condition } : {}) }],
  };
}
