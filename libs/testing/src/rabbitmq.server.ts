import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  BackgroundProcess,
  baseEnvironment,
  findBinary,
  makePrivateDirectory,
  randomPassword,
  writePrivateFile,
  type CertificateFiles,
} from '@strongroom/local-cluster';

/** On Debian the program on the PATH is a wrapper that changes to system accounts and folders. */
const DEBIAN = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export interface RabbitMqServerOptions {
  directory: string;
  /** The first of five ports on the loopback interface. */
  port: number;
  /** For the management API over HTTPS. */
  certificate: CertificateFiles;
}

/**
 * A RabbitMQ of our own with the management API, on loopback only and without system files. It takes 5 to 20 s to start and 150
 * MB, so start one for each suite.
 */
export class RabbitMqServer {
  readonly administrator = { username: 'admin', password: randomPassword() };
  /** Of the management API: plain, and over TLS. */
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly amqpPort: number;
  readonly process: BackgroundProcess;
  /** Finds nodes by name for Erlang. RabbitMQ would start one that outlives it. */
  private readonly portMapper: BackgroundProcess;

  constructor({ directory, port, certificate }: RabbitMqServerOptions) {
    makePrivateDirectory(directory);
    [this.httpPort, this.httpsPort, this.amqpPort] = [port, port + 1, port + 2];
    const [distributionPort, mapperPort] = [port + 3, port + 4];
    const erlang = { ...baseEnvironment(), HOME: directory, ERL_EPMD_PORT: `${mapperPort}`, ERL_EPMD_ADDRESS: '127.0.0.1' };
    writePrivateFile(
      join(directory, 'rabbitmq.conf'),
      `${[
        `listeners.tcp.1 = 127.0.0.1:${this.amqpPort}`,
        'management.tcp.ip = 127.0.0.1',
        `management.tcp.port = ${this.httpPort}`,
        'management.ssl.ip = 127.0.0.1',
        `management.ssl.port = ${this.httpsPort}`,
        `management.ssl.cacertfile = ${certificate.caFile}`,
        `management.ssl.certfile = ${certificate.certFile}`,
        `management.ssl.keyfile = ${certificate.keyFile}`,
        `default_user = ${this.administrator.username}`,
        `default_pass = ${this.administrator.password}`,
        'management_agent.disable_metrics_collector = true',
      ].join('\n')}\n`,
    );
    writePrivateFile(join(directory, 'enabled_plugins'), '[rabbitmq_management].\n');
    this.portMapper = new BackgroundProcess({
      name: 'epmd',
      command: findBinary('epmd'),
      args: ['-port', `${mapperPort}`, '-address', '127.0.0.1'],
      env: erlang,
      pidFile: join(directory, 'epmd.pid'),
      logFile: join(directory, 'epmd.log'),
    });
    this.process = new BackgroundProcess({
      name: 'rabbitmq',
      command: existsSync(DEBIAN) ? DEBIAN : findBinary('rabbitmq-server'),
      args: [],
      env: {
        ...erlang,
        RABBITMQ_NODENAME: `strongroom-test-${port}@localhost`,
        RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq'),
        RABBITMQ_CONF_ENV_FILE: join(directory, 'no-environment-file'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
        RABBITMQ_MNESIA_BASE: makePrivateDirectory(join(directory, 'data')),
        RABBITMQ_LOG_BASE: directory,
        RABBITMQ_LOGS: '-',
        RABBITMQ_DIST_PORT: `${distributionPort}`,
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2',
      },
      pidFile: join(directory, 'rabbitmq.pid'),
      logFile: join(directory, 'rabbitmq.log'),
      workingDirectory: directory,
    });
  }

  async start(milliseconds = 120_000): Promise<void> {
    await this.portMapper.start();
    await this.process.start();
    await this.process.waitUntil('answering', () => this.answers(), milliseconds);
  }

  async stop(): Promise<void> {
    await this.process.stop(15_000);
    await this.portMapper.stop(2_000);
  }

  /** Sends the administrator's request to the management API and returns its status and answer. */
  async manage(method: string, path: string, body?: object): Promise<{ status: number; answer: unknown }> {
    const { username, password } = this.administrator;
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return { status: response.status, answer: text ? (JSON.parse(text) as unknown) : undefined };
  }

  private async answers(): Promise<boolean> {
    try {
      return (await this.manage('GET', 'whoami')).status === 200;
    } catch {
      return false;
    }
  }
}
