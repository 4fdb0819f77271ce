import { join } from 'node:path';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import type { RootKeys } from '@strongroom/envelope';
import { findFreePorts, serviceCertificate } from '@strongroom/local-cluster';
import { type RunningService, type Shell, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { temporaryDirectory, TestPki } from '@strongroom/testing';
import type { RootKeyConfig } from './config';
import { holdRootKeys } from './hold';
import { rootKeyTask } from './task';
import { credential, type RootKeyWorld } from './world.testing';

/** A service that does nothing but hold root keys. */
export class TestService {
  readonly recorder = new InMemoryRecorder();
  readonly clock = new ManualClock();
  readonly directory = temporaryDirectory('root-key-service');
  /** More variables for commands. */
  variables: Record<string, string> = {};
  private readonly running: Promise<RunningService>[] = [];
  shell!: Shell;

  private constructor(
    private readonly world: RootKeyWorld,
    private readonly pki: TestPki,
    readonly port: number,
  ) {}

  static async create(world: RootKeyWorld): Promise<TestService> {
    return new TestService(world, await TestPki.create(), await findFreePorts(1));
  }

  private get databaseVariables(): Record<string, string> {
    const { host, port, name, user, passwordFile } = this.world.database;
    return {
      STRONGROOM_DATABASE_HOST: host,
      STRONGROOM_DATABASE_PORT: `${port}`,
      STRONGROOM_DATABASE_NAME: name,
      STRONGROOM_DATABASE_USER: user,
      STRONGROOM_DATABASE_PASSWORD_FILE: passwordFile,
    };
  }

  get socket(): string {
    return join(this.directory.path, 'run', 'service.sock');
  }

  /** Starts it; resolves with its root keys once it serves. */
  async start(config: Partial<RootKeyConfig>): Promise<RootKeys> {
    const tls = await this.pki.issueFiles(serviceCertificate('crypto-keyservice'));
    const { clock, recorder } = this;
    const name = 'crypto-keyservice';
    const whole = { socket: this.socket, startSealed: false, graceMs: 1_000, ...config };
    let rootKeys: RootKeys;
    const running = startService(
      {
        name,
        config: {
          accountId: '000000000000',
          region: 'us-east-1',
          trustDomain: 'strongroom.local',
          listen: `127.0.0.1:${this.port}`,
          tls,
        },
        clock,
        logger: silentLogger,
        metrics: new Metrics({ service: name }),
      },
      async (shell) => {
        this.shell = shell;
        const { database } = this.world;
        const held = { config: whole, database, tables: [credential], recorder, eventSource: 'kms.amazonaws.com' };
        rootKeys = await holdRootKeys(shell, held);
        return { port: this.port };
      },
    );
    this.running.push(running);
    await running;
    return rootKeys!;
  }

  async stop(): Promise<void> {
    for (const running of this.running.splice(0)) await running.then((service) => service.stop(0)).catch(() => undefined);
  }

  async drop(): Promise<void> {
    await this.stop();
    this.pki.drop();
    this.directory.remove();
  }

  /** `main.js root-key` with these arguments and these lines on standard input. */
  async command(args: string, ...lines: string[]): Promise<{ said: string; failed: string }> {
    const out = { said: '', failed: '' };
    const before = process.exitCode;
    const task = rootKeyTask([credential], {
      workFactor: 10,
      terminal: {
        stdin: {
          async *[Symbol.asyncIterator]() {
            for (const line of lines) yield Buffer.from(`${line}\n`);
          },
        },
        stdout: { write: (text: string) => (out.said += text) },
        stderr: { write: (text: string) => (out.failed += text) },
      },
    });
    await task({ STRONGROOM_ROOT_KEY_SOCKET: this.socket, ...this.databaseVariables, ...this.variables }, args.split(' '));
    process.exitCode = before;
    return out;
  }
}
