import { randomBytes } from 'node:crypto';
import { RotationRunState } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { connectToRedis, findFreePorts, isInstalled, randomPassword } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { rotationKinds } from '../support/healing/boundaries';
import { DatabaseProxy } from '../support/healing/database-proxy';
import { Gates, subjectName, type Verdict } from '../support/healing/gates';
import { LoginProber } from '../support/healing/login-prober';
import { createMaster, labelsOf, type RotatingSecret, userStatements } from '../support/healing/rotating-secret';
import { SecretsApiProxy } from '../support/healing/secrets-api-proxy';
import { type Login, startMariaDbTarget, startPostgresTarget, type TargetServer } from '../support/healing/target-server';
import { System, text, UNCALLED, unique } from '../support/system';

// Rotations of every kind, each held at another boundary of its steps, one after the other side effect: then a part is killed
// under all of them at once.

const ARRIVAL_MS = 60_000;
const HEALING_MS = 90_000;
const TEST_MS = 200_000;

interface Place {
  target: TargetServer;
  proxy: DatabaseProxy;
  masterArn: string;
}

const gates = { database: new Gates(), 'secrets-api': new Gates() };
const places = new Map<string, Place>();
const rotated: RotatingSecret[] = [];
let system: System;
let secretsApiProxy: SecretsApiProxy;

const kinds = rotationKinds.filter(({ engine }) => engine === 'mariadb' || isInstalled('postgres'));

beforeAll(async () => {
  const port = await findFreePorts(1);
  const environment = {
    STRONGROOM_SECRETS_API_ADDRESS: `localhost:${port}`,
    STRONGROOM_ROTATION_CONCURRENCY: '100',
    STRONGROOM_ROTATION_STEPS_PER_TARGET: '100',
    // What is lost is found after these: they need not be waited for as long as in earnest.
    STRONGROOM_ROTATION_LOCK_MS: '1000',
    STRONGROOM_ROTATION_SCAN_INTERVAL_MS: '500',
    STRONGROOM_ROTATION_STEP_TIMEOUT_MS: '12000',
  };
  const starts = [startMariaDbTarget, ...(isInstalled('postgres') ? [startPostgresTarget] : [])].map((start) => start());
  system = await System.own({ without: UNCALLED, environment, startTimeout: 150_000 });
  secretsApiProxy = await SecretsApiProxy.start(system.cluster, port, gates['secrets-api']);
  for (const target of await Promise.all(starts)) {
    const proxy = await DatabaseProxy.start(target.at, gates.database);
    const masterArn = await createMaster(system.admin, target, unique('master'), proxy.port);
    places.set(target.engine, { target, proxy, masterArn });
  }
  await places.get('mariadb')!.target.run('CREATE DATABASE app');
}, TEST_MS);

afterAll(async () => {
  await system?.stop();
  secretsApiProxy?.stop();
  for (const { target, proxy } of places.values()) {
    await proxy.stop();
    await target.drop();
  }
});

/** A fresh user and secret for every boundary of every kind. */
const createSecrets = async (): Promise<RotatingSecret[]> => {
  const batch = randomBytes(4).toString('hex');
  const secrets: RotatingSecret[] = [];
  const creations: Promise<unknown>[] = [];
  for (const [engine, { target, proxy, masterArn }] of places) {
    const statements: string[] = [];
    for (const kind of kinds.filter((one) => one.engine === engine)) {
      for (const boundary of kind.boundaries) {
        const name = subjectName(batch, secrets.length);
        const login = { username: name, password: randomPassword() };
        const value = {
          engine,
          host: target.at.host,
          port: proxy.port,
          ...login,
          ...(kind.users !== 'single' && { masterarn: masterArn }),
        };
        statements.push(...userStatements(kind, name, login.password));
        creations.push(system.admin.secrets.createSecret({ name, value: text(JSON.stringify(value)) }, { timeoutMs: 30_000 }));
        secrets.push({ name, kind, boundary, target, versionId: '' });
      }
    }
    await target.run(...statements);
  }
  await Promise.all(creations);
  return secrets;
};

/** A few at a time. */
const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items];
  const next = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, next));
};

/** What the history says of some rotations, for whoever has to find out why they do not get on. */
const describeAll = async (secrets: readonly RotatingSecret[]): Promise<string> => {
  const lines = await Promise.all(
    secrets.map(async ({ name, kind, boundary }) => {
      const { runs } = await system.admin.rotation.listRotationRuns({ secretId: name });
      const tries = runs.flatMap((run) =>
        run.steps.flatMap((step) => step.tries.map((one) => `${step.step} ${one.errorMessage}`)),
      );
      return `${kind.name}, held ${boundary.name}: ${tries.join(', ')}`;
    }),
  );
  return lines.join('\n');
};

/** Begins all rotations, a few at a time so that none runs out of time; resolves when each one is held at its boundary. */
const rotateAndHold = async (secrets: readonly RotatingSecret[]): Promise<void> => {
  for (const { name, boundary } of secrets) gates[boundary.wire].close(name, boundary);
  await inParallel(secrets, async (secret) => {
    const { name, kind, boundary } = secret;
    const request = { secretId: name, rotationLambdaArn: kind.functionName };
    const { versionId } = await system.admin.secrets.rotateSecret(request, { timeoutMs: 30_000 });
    secret.versionId = versionId!;
    const isHeld = async () => gates[boundary.wire].holds(name);
    await eventually('a rotation comes to its boundary', isHeld, ARRIVAL_MS).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${await describeAll([secret])}`);
    });
  });
};

const emptyQueue = async (): Promise<void> => {
  const redis = await connectToRedis(system.cluster.redis);
  const keys = await redis.keys('strongroom:rotation-step:*');
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
};

const killTargets = () => Promise.all([...places.values()].map(({ target }) => target.kill()));
const restartTargets = () => Promise.all([...places.values()].map(({ target }) => target.restart()));

interface Disaster {
  name: string;
  strike: () => Promise<unknown>;
  repair?: () => Promise<unknown>;
  /** What becomes of what is on a wire when it strikes; by default it goes on. */
  database?: Verdict;
  secretsApi?: Verdict;
}

const disasters: Disaster[] = [
  {
    name: 'rotation-worker is killed and the queue is emptied',
    strike: () => system.cluster.kill('rotation-worker').then(emptyQueue),
    repair: () => system.cluster.startComponent('rotation-worker'),
    database: 'lost',
    secretsApi: 'lost',
  },
  {
    name: 'rotation-worker is killed',
    strike: () => system.cluster.kill('rotation-worker'),
    repair: () => system.cluster.startComponent('rotation-worker'),
    database: 'lost',
    secretsApi: 'lost',
  },
  {
    name: 'secrets-api is killed',
    strike: () => system.cluster.kill('secrets-api'),
    repair: () => system.cluster.startComponent('secrets-api'),
    secretsApi: 'lost',
  },
  {
    name: 'Redis is killed',
    strike: () => system.cluster.kill('redis'),
    repair: () => system.cluster.startComponent('redis'),
  },
  { name: 'the queue is emptied', strike: emptyQueue },
  { name: 'the database servers are killed', strike: killTargets, repair: restartTargets, database: 'lost' },
];

it.each(disasters)(
  'locks nobody out and ends every rotation when $name at each boundary',
  async (disaster) => {
    const secrets = await createSecrets();
    const prober = new LoginProber(system.admin, secrets);
    const watching = new AbortController();
    const start = performance.now();
    try {
      await rotateAndHold(secrets);
      // The state of each boundary, as it will be found again.
      await prober.lookAtAll();
      const held = performance.now() - start;
      await disaster.strike();
      await prober.lookAtAll(secrets.slice(0, 8));
      const watch = prober.watch(watching.signal);
      gates.database.open(disaster.database ?? 'go');
      gates['secrets-api'].open(disaster.secretsApi ?? 'go');
      await disaster.repair?.();
      const repaired = performance.now() - start;
      await eventually('every rotation ends', async () => prober.unfinished.length === 0, HEALING_MS, 100).catch(
        async (error: Error) => {
          throw new Error(`${error.message}: ${await describeAll(prober.unfinished)}`);
        },
      );
      await watch;
      await prober.lookAtAll();
      const times = [held, repaired, performance.now() - start].map((milliseconds) => Math.round(milliseconds));
      console.log(
        `${disaster.name}: ${secrets.length} kill points; held, repaired, healed after ${times.join(', ')} ms; ${prober.found} looks`,
      );
    } finally {
      watching.abort();
      gates.database.open('go');
      gates['secrets-api'].open('go');
    }
    expect(prober.lockedOut).toEqual([]);
    await inParallel(secrets, async ({ name, versionId, target }) => {
      const labels = await labelsOf(system.admin, name);
      expect(labels).toMatchObject({ AWSCURRENT: versionId });
      expect(labels).not.toHaveProperty('AWSPENDING');
      const { value } = await system.admin.secrets.getSecretValue({ secretId: name });
      expect(await target.tryToLogIn(JSON.parse(String(value?.value?.value)) as Login)).toBe('in');
    });
    rotated.push(...secrets);
  },
  TEST_MS,
);

it(
  'has finished the run of every one of these rotations',
  async () => {
    // A run whose worker died behind its last side effect is concluded a minute later.
    const open = new Set(rotated);
    await eventually(
      'every run has ended',
      async () => {
        for (const secret of open) {
          const { runs } = await system.admin.rotation.listRotationRuns({ secretId: secret.name });
          if (runs.every(({ state }) => state !== RotationRunState.RUNNING)) {
            expect(runs.map(({ state, versionId }) => [state, versionId])).toEqual([
              [RotationRunState.SUCCEEDED, secret.versionId],
            ]);
            open.delete(secret);
          }
        }
        return open.size === 0;
      },
      120_000,
      500,
    );
    console.log(`${rotated.length} kill points tried and survived`);
    expect(rotated.length).toBe(disasters.length * kinds.reduce((sum, { boundaries }) => sum + boundaries.length, 0));
  },
  TEST_MS,
);

if (!isInstalled('postgres')) {
  process.stderr.write('skipped: rotations of PostgreSQL that are interrupted, since postgres is not installed\n');
  it.skip('heals rotations of PostgreSQL (postgres is not installed)', () => undefined);
}
