import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { resolve } from 'node:path';
import type { CertificateFiles, LocalCluster } from '@strongroom/local-cluster';
import type { Api } from './api';

/** How many secrets are moved where a move is interrupted. */
export const COUNT = Number(process.env.STRONGROOM_TEST_TRANSFER_COUNT ?? 120);

const PROGRAM = resolve('dist/apps/cli/main.js');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** The built command line as a process that can be killed. */
export class RunningCommand {
  readonly ended: Promise<Ended>;
  readonly child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>, stdio: StdioOptions = ['ignore', 'pipe', 'pipe']) {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env['PATH'], ...env }, stdio });
    const printed = { out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
    this.child = child;
    this.ended = new Promise((done, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => done({ code, signal, ...printed }));
    });
  }
}

/** Who calls, for the command line. */
export const callerEnvironment = (cluster: LocalCluster, certificate: CertificateFiles): Record<string, string> => ({
  STRONGROOM_SECRETS_API_ADDRESS: cluster.endpoint('secrets-api'),
  STRONGROOM_KEYSERVICE_ADDRESS: cluster.endpoint('crypto-keyservice'),
  STRONGROOM_TLS_CA_FILE: certificate.caFile,
  STRONGROOM_TLS_CERT_FILE: certificate.certFile,
  STRONGROOM_TLS_KEY_FILE: certificate.keyFile,
});

/** Every secret of the caller's account with what a move must keep, by name; versions by their ids. */
export const everySecret = async (api: Api): Promise<Record<string, unknown>> => {
  const secrets: Record<string, unknown> = {};
  for (const { name, description, tags, kmsKeyId } of await listed(api)) {
    const [{ resourcePolicy }, { versions }] = await Promise.all([
      api.secrets.getResourcePolicy({ secretId: name }),
      api.secrets.listSecretVersionIds({ secretId: name, includeDeprecated: true }),
    ]);
    const values = await Promise.all(
      versions.map(async ({ versionId, versionStages }) => {
        const { value } = await api.secrets.getSecretValue({ secretId: name, versionId });
        return [versionId, { stages: [...versionStages].sort(), value: value?.value }] as const;
      }),
    );
    secrets[name] = {
      description,
      kmsKeyId,
      resourcePolicy,
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      versions: Object.fromEntries(values),
    };
  }
  return secrets;
};

export const listed = async (api: Api, prefix?: string) => {
  const found = [];
  const filters = prefix === undefined ? [] : [{ key: 'name', values: [prefix] }];
  let nextToken = '';
  do {
    const page = await api.secrets.listSecrets({ nextToken, filters });
    found.push(...page.secretList);
    nextToken = page.nextToken;
  } while (nextToken !== '');
  return found;
};

/** Does `work` for 0 to `count` - 1, sixteen at a time. */
export const times = async (count: number, work: (n: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
};
