import {
  RotateSecretRequest,
  CreateSecretRequest,
  type SecretsServiceClient,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { pollUntil } from '@strongroom/clock';
import { callUnary } from '@strongroom/grpc-kit';
import {
  connectAsAdministrator,
  cpuBetween,
  type LocalCluster,
  type Processes,
  randomPassword,
  usageOfAll,
} from '@strongroom/local-cluster';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { forAll } from './load';

/** Complete rotations, all four steps, of secrets that become due at one moment, each for its own database user. */
export interface RotationMeasurement {
  name: string;
  rotations: number;
  /** The time from the moment when all were due to the end of the last. */
  seconds: number;
  /** CPU milliseconds for each rotation, by process. */
  cpu: Record<string, number>;
  /** Statements that the database server answered for each rotation, those of the services and of the rotations. */
  statements: number;
  failed: number;
}

interface RotationOptions {
  cluster: LocalCluster;
  client: SecretsServiceClient;
  processes: Processes;
  /** How many secrets. */
  count: number;
  report: (line: string) => void;
  /** Wraps each measurement; it must call it once. */
  around?: (name: string, measure: () => Promise<RotationMeasurement>) => Promise<RotationMeasurement>;
}

const FUNCTION = 'strongroom-mariadb-single-user';
/** Days away, so that nothing but the measurement makes a secret due. */
const SCHEDULE = 'rate(100 days)';
const TIMEOUT_MS = 30_000;
const PATIENCE_MS = 300_000;
const POLL_MS = 100;

const nameOf = (n: number): string => `rotation/${String(n).padStart(5, '0')}`;
const userOf = (n: number): string => `bench_${n}`;

class RotationBench {
  constructor(
    private readonly options: RotationOptions,
    private readonly connection: Connection,
  ) {}

  async seed(): Promise<void> {
    const { client, cluster, count, report } = this.options;
    const { host, port } = cluster.database;
    report(`creating ${count} database users and their secrets`);
    const passwords = Array.from({ length: count }, () => randomPassword());
    for (const [n, password] of passwords.entries()) {
      await this.connection.query(`CREATE USER ${userOf(n)}@'%' IDENTIFIED BY '${password}'`);
    }
    await forAll(count, (n) => {
      const value = JSON.stringify({ engine: 'mariadb', host, port, username: userOf(n), password: passwords[n], ssl: false });
      const secret = { name: nameOf(n), value: { value: { $case: 'secretString' as const, value } } };
      const options = { timeoutMs: TIMEOUT_MS };
      return callUnary(client.createSecret.bind(client), CreateSecretRequest.fromPartial(secret), options);
    });
  }

  /** RotateSecret for all of them, as fast as it is answered. */
  requested(): Promise<RotationMeasurement> {
    const { client, count } = this.options;
    return this.measure('rotations, requested at once', () =>
      forAll(count, (n) => {
        const rotationRules = { scheduleExpression: SCHEDULE };
        const request = { secretId: nameOf(n), rotationLambdaArn: FUNCTION, rotationRules };
        const options = { timeoutMs: TIMEOUT_MS };
        return callUnary(client.rotateSecret.bind(client), RotateSecretRequest.fromPartial(request), options);
      }),
    );
  }

  /** The schedule spreads its secrets over a window. To make all due at one moment, we change their dates. */
  due(): Promise<RotationMeasurement> {
    return this.measure('rotations, due by schedule at once', async () => {
      await this.connection.query(
        "UPDATE strongroom_secrets.secret SET next_rotation_at = UTC_TIMESTAMP(3) WHERE name LIKE 'rotation/%'",
      );
    });
  }

  private measure(name: string, begin: () => Promise<void>): Promise<RotationMeasurement> {
    const { around = (_name, measure) => measure() } = this.options;
    return around(name, () => this.measured(name, begin));
  }

  private async measured(name: string, begin: () => Promise<void>): Promise<RotationMeasurement> {
    const { count, processes, report } = this.options;
    const known = await this.ended();
    const [statements, before] = [await this.statements(), usageOfAll(processes)];
    const start = Date.now();
    const beginning = begin();
    const areDone = async () => {
      const done = (await this.ended()).runs - known.runs;
      report(`${name}: ${done} of ${count} have ended`);
      return done >= count;
    };
    if (!(await pollUntil(areDone, PATIENCE_MS, POLL_MS))) throw new Error(`fewer than ${count} rotations ended in time`);
    const [after, { last, failed }] = [usageOfAll(processes), await this.ended()];
    await beginning;
    return {
      name,
      rotations: count,
      seconds: (last - start) / 1000,
      cpu: Object.fromEntries([...cpuBetween(before, after)].map(([process, micros]) => [process, micros / 1000 / count])),
      statements: ((await this.statements()) - statements) / count,
      failed: failed - known.failed,
    };
  }

  private async ended(): Promise<{ runs: number; failed: number; last: number }> {
    const [[row]] = await this.connection.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS runs, COALESCE(SUM(state <> 'succeeded'), 0) AS failed, MAX(ended_at) AS last
         FROM strongroom_rotation.rotation_run WHERE state <> 'running'`,
    );
    const { runs, failed, last } = row as { runs: number; failed: string; last: Date | null };
    return { runs, failed: Number(failed), last: last?.getTime() ?? 0 };
  }

  private async statements(): Promise<number> {
    const [[row]] = await this.connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
    return Number(row!.Value);
  }
}

/** Rotates `count` database users on the cluster's own database server: once by RotateSecret, once by their schedule. */
export const measureRotations = async (options: RotationOptions): Promise<RotationMeasurement[]> => {
  const connection = await connectAsAdministrator(options.cluster.database);
  try {
    const bench = new RotationBench(options, connection);
    await bench.seed();
    return [await bench.requested(), await bench.due()];
  } finally {
    await connection.end();
  }
};
