import { readFileSync } from 'node:fs';
import { isServing } from '@strongroom/health-probe';
import { BackgroundProcess, findFreePorts, type LocalCluster } from '@strongroom/local-cluster';

const START_MS = 20_000;

/** A second secrets-api on the database of a cluster, which ends with the cluster. */
export class SecondSecretsApi {
  private constructor(
    readonly process: BackgroundProcess,
    /** `127.0.0.1:<port>`. */
    readonly address: string,
    private readonly cluster: LocalCluster,
  ) {}

  /** Runs as the first one does, on ports of its own; resolves when it serves. */
  static async start(cluster: LocalCluster): Promise<SecondSecretsApi> {
    const pid = cluster.pid('secrets-api')!;
    const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    const port = await findFreePorts(2);
    const address = `127.0.0.1:${port}`;
    const process = new BackgroundProcess({
      name: 'second secrets-api',
      command: command!,
      args,
      env: { ...environmentOf(pid), STRONGROOM_LISTEN: address, STRONGROOM_METRICS_LISTEN: `127.0.0.1:${port + 1}` },
      // Where the cluster's own stop finds it.
      pidFile: `${cluster.home}/run/secrets-api-2.pid`,
      logFile: `${cluster.home}/logs/secrets-api-2.log`,
    });
    const second = new SecondSecretsApi(process, address, cluster);
    await second.start();
    return second;
  }

  /** Starts it, or starts it again; resolves when it serves. */
  async start(): Promise<void> {
    await this.process.start();
    // Not by `isPortFree`, which takes the port for a moment.
    const target = this.address.replace('127.0.0.1', 'localhost');
    await this.process.waitUntil('serving', () => isServing(target, this.cluster.adminCertificate.caFile), START_MS);
  }

  async kill(): Promise<void> {
    this.process.signal('SIGKILL');
    if (!(await this.process.waitForExit(START_MS))) throw new Error('the second secrets-api survived SIGKILL');
  }
}

/** The environment of a running process, as it was given at its start. */
const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
