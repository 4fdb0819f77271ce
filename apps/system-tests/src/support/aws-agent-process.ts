import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalCluster } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';
import type { AwsCredentials } from './aws';

/** AWS's agent, version 2.1 or newer: the program that its crate aws_secretsmanager_agent makes. */
export const awsAgent = process.env.STRONGROOM_TEST_AWS_AGENT;

/** The token of the agent under test, so that the same request goes to both. */
export const TOKEN = 'the-token-of-both-agents';

/** AWS's Secrets Manager Agent, with nothing changed but whom it calls. */
export class AwsAgentProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: ReturnType<typeof temporaryDirectory>,
    readonly port: number,
  ) {}

  /** @throws Error with what it said if it does not serve */
  static async start(
    program: string,
    { cluster, credentials }: { cluster: LocalCluster; credentials: AwsCredentials },
  ): Promise<AwsAgentProcess> {
    const folder = temporaryDirectory('aws-agent');
    const file = (name: string, content: string) => {
      writeFileSync(join(folder.path, name), content, { mode: 0o600 });
      return join(folder.path, name);
    };
    // Its own check of the port takes 0, any free one.
    const config = file('config.toml', 'http_port = "0"\nlog_to_file = false\nlog_level = "warn"\n');
    const child = spawn(program, ['--config', config], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOME: folder.path,
        AWS_TOKEN: `file://${file('token', TOKEN)}`,
        AWS_ENDPOINT_URL: `https://${cluster.endpoint('aws-gateway')}`,
        AWS_REGION: cluster.region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_EC2_METADATA_DISABLED: 'true',
        SSL_CERT_FILE: cluster.adminCertificate.caFile,
      },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const port = await new Promise<number>((serving, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        said += `${line}\n`;
        const [, found] = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line) ?? [];
        if (found !== undefined) serving(Number(found));
      });
      child.once('error', failed);
      child.once('close', () => failed(new Error(`AWS's agent ended: ${said}`)));
    });
    return new AwsAgentProcess(child, folder, port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    this.folder.remove();
  }
}
