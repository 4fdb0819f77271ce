import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { CertificateFiles, ReachableCluster } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';

export interface AgentRequest {
  path: string;
  /** Default: GET. */
  method?: string;
  headers?: Readonly<Record<string, string | string[]>>;
  body?: string;
}

export interface AgentAnswer {
  status: number;
  body: string;
}

/** One request on a connection of its own. */
export const askAgent = (port: number, { path, method = 'GET', headers, body }: AgentRequest): Promise<AgentAnswer> =>
  new Promise((answered, failed) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => answered({ status: response.statusCode!, body: text }));
    });
    sent.once('error', failed);
    sent.end(body);
  });

/** The agent as a program of its own, as an operator starts it. */
export class AgentProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: ReturnType<typeof temporaryDirectory>,
    readonly port: number,
    /** Of its log so far. */
    readonly lines: readonly string[],
  ) {}

  /** Starts it as the holder of the certificate, or whoever the environment names. @throws Error with what it said if it fails */
  static async start(
    cluster: ReachableCluster,
    certificate: CertificateFiles | undefined,
    environment: Record<string, string> = {},
  ): Promise<AgentProcess> {
    const folder = temporaryDirectory('agent');
    const child = spawn(process.execPath, [resolve('dist/apps/agent/main.js'), 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        STRONGROOM_AGENT_LISTEN: '127.0.0.1:0',
        STRONGROOM_METRICS_LISTEN: '127.0.0.1:0',
        STRONGROOM_AGENT_TOKEN_FILE: join(folder.path, 'token'),
        STRONGROOM_SECRETS_API_ADDRESS: cluster.endpoint('secrets-api'),
        STRONGROOM_TLS_CA_FILE: cluster.adminCertificate.caFile,
        ...(certificate && { STRONGROOM_TLS_CERT_FILE: certificate.certFile, STRONGROOM_TLS_KEY_FILE: certificate.keyFile }),
        ...environment,
      },
    });
    const lines: string[] = [];
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const port = await new Promise<number>((serving, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        const said = JSON.parse(line) as { message: string; port: number };
        if (said.message === 'serving') serving(said.port);
      });
      child.once('close', () => failed(new Error(`the agent ended: ${errors}`)));
    });
    return new AgentProcess(child, folder, port, lines);
  }

  get token(): string {
    return readFileSync(join(this.folder.path, 'token'), 'utf8').trim();
  }

  /** One request with the token; headers replace those that it has. */
  get(path: string, headers: Record<string, string> = {}): Promise<AgentAnswer> {
    return askAgent(this.port, { path, headers: { 'X-Aws-Parameters-Secrets-Token': this.token, ...headers } });
  }

  /** The value of a secret, or the status and what was said. */
  async read(secretId: string): Promise<string> {
    const { status, body } = await this.get(`/secretsmanager/get?secretId=${encodeURIComponent(secretId)}`);
    if (status !== 200) return `${status} ${body}`;
    return (JSON.parse(body) as { SecretString: string }).SecretString;
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number | null> {
    const ended = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill('SIGTERM');
    const [code] = this.child.exitCode === null ? await ended : [this.child.exitCode];
    this.folder.remove();
    return code;
  }
}
