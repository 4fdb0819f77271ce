import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DescribedCluster, type ServiceName } from '@strongroom/local-cluster';
import type { LoadReport } from './load.main';

export const PROJECT = 'strongroom-test';

const fileOf = (name: string) => resolve('docker', name);

/** Where published ports answer: the engine may run on another machine than this one. */
const host = process.env.STRONGROOM_HOST || '127.0.0.1';

export interface Replica {
  id: string;
  service: string;
  state: string;
  health: string;
  exitCode: number;
}

/** A cluster of containers beside whatever else the engine runs: a project, images and ports of its own. */
export class ComposeCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'strongroom-compose-'));
  private version = 'test';

  /** @param files in the folder `docker` */
  constructor(private files: readonly string[] = ['docker-compose.yml']) {}

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      COMPOSE_PROJECT_NAME: PROJECT,
      COMPOSE_FILE: this.files.map(fileOf).join(':'),
      STRONGROOM_VERSION: this.version,
      STRONGROOM_HOST: host,
      ...(host !== '127.0.0.1' && { STRONGROOM_BIND: '0.0.0.0', STRONGROOM_SERVER_NAMES: host }),
      STRONGROOM_SECRETS_API_PORTS: '17500-17509',
      STRONGROOM_KEYSERVICE_PORTS: '17510-17519',
      STRONGROOM_IDENTITY_PORTS: '17520-17529',
      STRONGROOM_ROTATION_PORTS: '17530-17539',
      STRONGROOM_AUDIT_PORTS: '17540-17549',
      STRONGROOM_AWS_GATEWAY_PORTS: '17550-17559',
      STRONGROOM_NOTIFICATION_PORTS: '17560-17569',
      STRONGROOM_USAGE_PORTS: '17570-17579',
      STRONGROOM_CONSOLE_PORTS: '17580-17589',
      STRONGROOM_CONSOLE_URL: `https://${host === '127.0.0.1' ? 'localhost' : host}:17580`,
    };
  }

  /** Runs a program with the cluster's environment. Resolves with what it printed; rejects with that when it fails. */
  run(command: string, ...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(command, args, { env: this.environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        if (error)
          reject(new Error(`${command} ${args.join(' ')}: ${error.message}\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`));
        else resolve(stdout);
      });
    });
  }

  /** The command line, as it is used on the cluster's machine after its environment file was sourced. */
  strongroom(...args: string[]): Promise<string> {
    const script = '. "$0" && exec node "$@"';
    return this.run('sh', '-c', script, join(this.folder, 'env'), resolve('dist/apps/cli/main.js'), ...args);
  }

  /** The example of a program with an agent beside it, as a project of its own. */
  sidecar(secretId: string, ...args: string[]): Promise<string> {
    const files = [`ORDERS_CA=${join(this.folder, 'ca.crt')}`, `ORDERS_CERTIFICATE=${join(this.folder, 'orders.pem')}`];
    const more = [`STRONGROOM_NETWORK=${PROJECT}_outside`, `SECRET_ID=${secretId}`];
    const compose = [
      'docker',
      'compose',
      '--progress',
      'quiet',
      '-p',
      `${PROJECT}-orders`,
      '-f',
      resolve('docker/agent-sidecar.yml'),
    ];
    return this.run('env', ...files, ...more, ...compose, ...args);
  }

  compose(...args: string[]): Promise<string> {
    return this.run('docker', 'compose', '--progress', 'quiet', ...args);
  }

  up(): Promise<string> {
    return this.compose('up', '--build', '--wait');
  }

  /** From now on it is made of these files. */
  isOf(...files: string[]): void {
    this.files = files;
  }

  /** From now on images are built and taken under another tag: another version, as far as compose can tell. */
  isNow(version: string): void {
    this.version = version;
  }

  async containers(service?: string): Promise<Replica[]> {
    const output = await this.compose('ps', '--all', '--format', 'json', ...(service ? [service] : []));
    return output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ ID, Service, State, Health, ExitCode }) => ({
        id: String(ID),
        service: String(Service),
        state: String(State),
        health: String(Health),
        exitCode: Number(ExitCode),
      }));
  }

  /** The ids of those that run. */
  async replicas(service: string): Promise<string[]> {
    return (await this.containers(service)).filter(({ state }) => state === 'running').map(({ id }) => id);
  }

  /** Runs a command of the shell in the first replica of a service. */
  exec(service: string, command: string): Promise<string> {
    return this.compose('exec', '-T', service, 'sh', '-c', command);
  }

  scale(service: string, count: number): Promise<string> {
    return this.compose('up', '-d', '--wait', '--no-deps', '--no-recreate', '--scale', `${service}=${count}`, service);
  }

  /** As the README says; with the authority beside it, so that tests make callers of their own. */
  async describe(): Promise<DescribedCluster> {
    await this.run('docker/environment', this.folder);
    rmSync(join(this.folder, 'pki'), { recursive: true, force: true });
    await this.compose('cp', 'setup:/state/pki', join(this.folder, 'pki'));
    const file = join(this.folder, 'env');
    appendFileSync(file, `export STRONGROOM_AUTHORITY_DIRECTORY='${join(this.folder, 'pki')}'\n`);
    return DescribedCluster.open(file);
  }

  /** Calls that each replica has served that runs now. */
  async served(service: ServiceName, method: string): Promise<number[]> {
    const script = `fetch('http://127.0.0.1:7401/metrics').then((r) => r.text()).then(console.log)`;
    return Promise.all(
      (await this.replicas(service)).map(async (id) => {
        const metrics = await this.run('docker', 'exec', id, 'node', '-e', script);
        const counts = metrics.split('\n').filter((line) => /_count\{/.test(line) && line.includes(`${method}"`));
        return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
      }),
    );
  }

  /** `program` is the built load.main.ts. It runs in the services' network and finds them by their names. */
  async startLoad(program: string): Promise<RunningLoad> {
    const name = `${PROJECT}-load-${randomUUID()}`;
    const args = ['run', '--rm', '-i', '--init', '--name', name, '--network', `${PROJECT}_services`];
    const volume = ['--volume', `${PROJECT}_administrator-secrets:/run/strongroom:ro`, '--entrypoint', 'sh'];
    const child = spawn('docker', [...args, ...volume, 'strongroom/setup:test', '-c', '. /run/strongroom/env && exec node -'], {
      env: this.environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(readFileSync(program));
    const load = new RunningLoad(child, () => this.run('docker', 'kill', '--signal', 'TERM', name));
    await load.started;
    return load;
  }

  async drop(): Promise<void> {
    await this.compose('down', '-v', '--remove-orphans', '--timeout', '5');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class RunningLoad {
  readonly started: Promise<void>;
  private readonly ended: Promise<string>;

  constructor(
    child: ChildProcess,
    private readonly end: () => Promise<unknown>,
  ) {
    let output = '';
    let start: () => void;
    this.started = new Promise((resolve, reject) => {
      start = resolve;
      child.once('close', (code) => reject(new Error(`the load ended with ${code} before it began`)));
    });
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.startsWith('started\n')) start();
    });
    this.ended = new Promise((resolve) => child.once('close', () => resolve(output)));
  }

  async stop(): Promise<LoadReport> {
    await this.end();
    const [, report = ''] = (await this.ended).split('\n');
    return JSON.parse(report) as LoadReport;
  }
}
