import { Authorizer, type Caller, FakePrincipalSource, callerForTests, type CallerForTests } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { systemClock } from '@strongroom/clock';
import * as messages from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { migrateSchema } from '@strongroom/database';
import { resourceNotFound } from '@strongroom/errors';
import { type CallContext, connectTo } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt, unaryNames } from '@strongroom/grpc-kit/testing';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { rotationService } from '@strongroom/methods';
import { startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, createTestRedis, PATIENCE_MS, TestPki } from '@strongroom/testing';
import type { SecretAccess } from './domain/secret-access.port';
import type { StepSettings } from './config';
import { anywhere } from '@strongroom/egress/testing';
import { migrations } from './persistence/migrations';
import { serveRotation } from './server';
import { FakeBuiltIn } from './domain/fake-built-in.testing';
import { FakeRotationRequests } from './domain/fake-rotation-requests.testing';
import { FakeRotationValues } from './domain/fake-rotation-values.testing';

/** The service as one caller sees it: by operation, with fields left out as the wire leaves them out. */
export type Api = OneAttempt<typeof rotationService>;
export const operations = unaryNames(rotationService);

const TRUST = { trustDomain: 'strongroom.local', accountId: '000000000000', region: 'us-east-1' };

export type TestRotationWorker = Awaited<ReturnType<typeof startTestRotationWorker>>;

/**
 * The worker on a fresh database from the real migrations and a real Redis, over mutual TLS. secrets-api, callers and audit trail
 * are fakes, and so is the one built-in function. `start` starts further workers beside it.
 */
export async function startTestRotationWorker(purpose: string, settings: Partial<StepSettings> = {}) {
  const database = await createTestDatabase(purpose);
  const redis = await createTestRedis(purpose);
  const pki = await TestPki.create();
  await migrateSchema(database, migrations);
  // As in production, the service itself cannot change the schema.
  const runtime = await database.createUser(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
  const queuePrefix = redis.prefix.replaceAll(':', '');

  const principals = new FakePrincipalSource();
  const recorder = new InMemoryRecorder();
  const requests = new FakeRotationRequests();
  const values = new FakeRotationValues(requests);
  const builtIn = new FakeBuiltIn();
  const metrics = new Metrics({ service: 'rotation-worker' });
  const tls = await pki.issueFiles(serviceCertificate('rotation-worker'));

  const name = 'rotation-worker';
  const start = (others: Partial<StepSettings> = {}) => {
    const config = {
      ...TRUST,
      listen: '127.0.0.1:0',
      tls,
      database: { ...database, ...runtime },
      redis: { host: redis.host, port: redis.port, password: redis.password },
      steps: {
        concurrency: 8,
        perTarget: 4,
        builtInTimeoutMs: 5_000,
        scanIntervalMs: 100,
        lockMs: 500,
        historyDays: 90,
        ...settings,
        ...others,
      },
    };
    const its = others === settings ? metrics : new Metrics({ service: name });
    return startService({ name, config, logger: silentLogger, metrics: its }, (shell) =>
      serveRotation(shell, {
        principals,
        recorder,
        requests,
        values,
        access: secretAccess(requests),
        builtIns: [builtIn],
        network: anywhere,
        queuePrefix,
      }),
    );
  };
  const service = await start(settings);
  const connectAs = async (certificate: Parameters<TestPki['issueFiles']>[0]) =>
    connectTo(rotationService, {
      address: `127.0.0.1:${service.port}`,
      tls: await pki.issueFiles(certificate),
      service: 'test',
    });
  const client = await connectAs({ uri: userUri('test-client') });

  const apiFor = (bearer?: string): Api =>
    oneAttempt(rotationService, client, messages, { timeoutMs: PATIENCE_MS, token: bearer });
  const tokenOf = (principal: CallerForTests = {}): string => {
    const caller = callerForTests(principal);
    const bearer = `token-${caller.arn}-${Math.random()}`;
    principals.add(bearer, caller);
    return bearer;
  };

  return {
    database,
    redis,
    queuePrefix,
    pki,
    metrics,
    recorder,
    requests,
    builtIn,
    service,
    client,
    start,
    tokenOf,
    /** A caller with these policies; by default one that may do everything in account 000000000000. */
    as: (principal?: CallerForTests): Api => apiFor(tokenOf(principal)),
    /** Empties the queue, like a Redis that has lost its data. */
    emptyRedis: () => redis.empty(`${queuePrefix}:`),
    async stop() {
      client.close();
      await service.stop(3_000);
      await database.drop();
      await redis.drop();
      pki.drop();
    },
  };
}

/** Knows the secrets that have a rotation, by name and ARN, and asks the caller's own policies. */
const secretAccess = (requests: FakeRotationRequests): SecretAccess => {
  const authorizer = new Authorizer({ region: TRUST.region, clock: systemClock });
  return {
    async require(call: CallContext<Caller>, secretId, action) {
      const found = [...requests.requests.values()].find(({ secretArn, secretName }) =>
        [secretArn, secretName].includes(secretId),
      );
      const resource = found?.secretArn ?? `arn:aws:secretsmanager:us-east-1:000000000000:secret:${secretId}`;
      authorizer.require(call, { action: `secretsmanager:${action}`, resource, resourceAccountId: '000000000000' });
      if (!found) throw resourceNotFound("Secrets Manager can't find the specified secret.");
      return found;
    },
  };
};
