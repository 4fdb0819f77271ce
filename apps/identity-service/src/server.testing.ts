import { RecordingAuthorizer } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import type { Refusal } from '@strongroom/contracts/strongroom/common/v1/common';
import * as identityMessages from '@strongroom/contracts/strongroom/identity/v1/identity';
import * as signInMessages from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { migrateSchema } from '@strongroom/database';
import { type CallOptions, connectTo, type ServiceClient } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt } from '@strongroom/grpc-kit/testing';
import {
  identityService,
  principalDirectoryService,
  type Service,
  signingKeyService,
  signInService,
  tokenService,
} from '@strongroom/methods';
import { systemRandom } from '@strongroom/random';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, type TestDatabase, TestPki } from '@strongroom/testing';
import { base32nopad } from '@scure/base';
import { join } from 'node:path';
import { bootstrapCluster } from './bootstrap';
import { codeOf, stepAt } from './domain/hashing/one-time-code';
import { migrations } from './persistence/migrations';
import { serveIdentities } from './server';

const messages = { ...identityMessages, ...signInMessages };

/** Somebody who calls: by certificate, by token, or without any credential. */
export interface TestCaller {
  iam: OneAttempt<typeof identityService>;
  sts: OneAttempt<typeof tokenService>;
  directory: OneAttempt<typeof principalDirectoryService>;
  signing: OneAttempt<typeof signingKeyService>;
  signIn: OneAttempt<typeof signInService>;
}

export const ACCOUNT = '000000000000';
export const OTHER_ACCOUNT = '111111111111';
export const ADMIN = 'spiffe://strongroom.local/user/admin';

/** identity-service on a port of its own, with a real database and mutual TLS; its clock stands still until it is moved. */
export class TestIdentity {
  readonly clock = new ManualClock(new Date());
  readonly recorder = new InMemoryRecorder();
  readonly authorizer = new RecordingAuthorizer({ region: 'us-east-1', clock: this.clock });
  private readonly clients: { close(): void }[] = [];
  private readonly running = new Set<RunningService>();
  private readonly callers = new Map<string, TestCaller>();
  service!: RunningService;

  private constructor(
    readonly database: TestDatabase,
    readonly pki: TestPki,
    readonly credentialsFile: string,
    /** The content of its root key file. */
    readonly rootKey: string,
    readonly oidcIssuers: readonly string[],
  ) {}

  /** `oidcIssuers`: those that its tokens may come from. */
  static async start(oidcIssuers: readonly string[] = []): Promise<TestIdentity> {
    const [database, pki] = await Promise.all([createTestDatabase('identity'), TestPki.create()]);
    const { caFile } = await pki.issueFiles({ uri: 'spiffe://strongroom.local/test/credentials' });
    const credentialsFile = join(caFile, '..', 'admin.json');
    const identity = new TestIdentity(database, pki, credentialsFile, systemRandom.bytes(32).toString('base64'), oidcIssuers);
    await migrateSchema(database, migrations);
    await identity.bootstrap();
    identity.service = await identity.serve();
    return identity;
  }

  bootstrap(): Promise<string | undefined> {
    return bootstrapCluster(
      { accountId: ACCOUNT, database: this.database, rootKeys: rootKeysOf(this.rootKey), trustDomain: 'strongroom.local' },
      this.credentialsFile,
    );
  }

  /** One more replica on the same database, reached by way of `via` where the network between them is to fail. */
  async serve(via?: { host: string; port: number }, rootKey = this.rootKey): Promise<RunningService> {
    const { name, user, password, host, port } = { ...this.database, ...via };
    const tls = await this.pki.issueFiles({
      uri: 'spiffe://strongroom.local/service/identity-service',
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    });
    const config = {
      accountId: ACCOUNT,
      region: 'us-east-1',
      trustDomain: 'strongroom.local',
      database: { host, port, name, user, password },
      listen: '127.0.0.1:0',
      rootKeys: rootKeysOf(rootKey),
      oidcIssuers: this.oidcIssuers,
      certificatePrefixes: new Map([['spiffe://team.example/', OTHER_ACCOUNT]]),
      tls,
    };
    const { clock, recorder, authorizer } = this;
    const metrics = new Metrics({ service: 'identity-service' });
    const service = await startService({ name: 'identity-service', config, clock, logger: silentLogger, metrics }, (shell) =>
      serveIdentities(shell, { recorder, authorizer, passwordCost: CHEAP }),
    );
    this.running.add(service);
    const stop = async (graceMs: number) => {
      this.running.delete(service);
      await service.stop(graceMs);
    };
    return { port: service.port, stop };
  }

  /** The caller with this certificate. */
  async as(uri: string): Promise<TestCaller> {
    const known = this.callers.get(uri);
    if (known) return known;
    const caller = this.connect(await this.pki.issue({ uri }));
    this.callers.set(uri, caller);
    return caller;
  }

  admin(): Promise<TestCaller> {
    return this.as(ADMIN);
  }

  /** The caller with this token, or with nothing at all. */
  withToken(token?: string): TestCaller {
    return this.connect({ ca: this.pki.ca }, { token });
  }

  /** One of Strongroom's own services; `credentialId` is whom it calls for, `refused` why it refuses what they asked. */
  async asService(name: string, credentialId?: string, refused?: Refusal): Promise<TestCaller> {
    const onBehalfOf =
      credentialId === undefined
        ? undefined
        : {
            credentialId,
            sourceIp: '10.9.8.7',
            userAgent: 'aws-cli/2',
            requestId: '',
            insecureTransport: false,
            refusal: refused,
          };
    return this.connect(await this.pki.service(name), { onBehalfOf });
  }

  /** A user with its certificate, allowed what `statements` say. */
  async user(name: string, ...statements: object[]): Promise<TestCaller> {
    const { iam } = await this.admin();
    const uri = `spiffe://strongroom.local/user/${name}`;
    const target = { entity: { $case: 'userName', value: name } } as const;
    await iam.createUser({ userName: name });
    await iam.bindCertificate({ uri, target });
    if (statements.length > 0) {
      await iam.putInlinePolicy({ target, policyName: 'test', policyDocument: document(...statements) });
    }
    return this.as(uri);
  }

  async directoryClient(service = this.service, name = 'secrets-api'): Promise<ServiceClient<typeof principalDirectoryService>> {
    const client = connectTo(principalDirectoryService, {
      address: `127.0.0.1:${service.port}`,
      tls: await this.pki.service(name),
      service: name,
    });
    this.clients.push(client);
    return client;
  }

  async drop(): Promise<void> {
    for (const client of this.clients) client.close();
    for (const service of [...this.running]) await service.stop(500);
    await this.database.drop();
    this.pki.drop();
  }

  private connect(material: { ca: string; certificate?: string; key?: string }, by: CallOptions = {}): TestCaller {
    const options = { address: `127.0.0.1:${this.service.port}`, tls: material, service: 'test' };
    const at = <S extends Service>(service: S): OneAttempt<S> => {
      const client = connectTo(service, options);
      this.clients.push(client);
      return oneAttempt(service, client, messages, by);
    };
    return {
      iam: at(identityService),
      sts: at(tokenService),
      directory: at(principalDirectoryService),
      signing: at(signingKeyService),
      signIn: at(signInService),
    };
  }
}

/** Hashes that cost next to nothing. */
export const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

const rootKeysOf = (environment: string) => ({ environment, startSealed: false, graceMs: 1_000 });

export const document = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

export const userTarget = (value: string) => ({ entity: { $case: 'userName', value } }) as const;
export const groupTarget = (value: string) => ({ entity: { $case: 'groupName', value } }) as const;
export const roleTarget = (value: string) => ({ entity: { $case: 'roleName', value } }) as const;

/** Two codes, one after the other, of which a device shows the second one at this moment. */
export function codesOf(base32Seed: Buffer, millis: number): [string, string] {
  const seed = base32nopad.decode(base32Seed.toString());
  return [codeOf(seed, stepAt(millis) - 1), codeOf(seed, stepAt(millis))];
}

/** What `promise` was refused with. */
export async function refusal(promise: Promise<unknown>): Promise<{ kind: string; reason: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { kind, reason, message } = error as { kind: string; reason: string; message: string };
    return { kind, reason, message };
  }
  throw new Error('it was not refused');
}
