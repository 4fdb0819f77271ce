import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StrongroomClient, type StrongroomError } from '@strongroom/client';

// Runs inside the cluster's network as the administrator, until SIGTERM; then prints one line of JSON, the report.

export interface LoadReport {
  reads: number;
  writes: number;
  /** Acknowledged writes that cannot be read back. */
  lost: number;
  /** Of calls that failed though the client repeated what can be repeated, by `kind reason`. */
  failures: Record<string, number>;
  /** Milliseconds, repeats included. */
  slowest: number;
}

const READERS = 8;
const WRITERS = 2;
const WRITE_PAUSE_MS = 20;

// Patient: a call counts as dropped if it fails, not if a busy machine takes long. `slowest` tells how long.
const strongroom = StrongroomClient.fromEnvironment({ name: 'load', timeoutMs: 60_000, maxAttempts: 64 });
const report: LoadReport = { reads: 0, writes: 0, lost: 0, failures: {}, slowest: 0 };
const written = new Map<string, string>();
let running = true;

const timed = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
  const start = performance.now();
  try {
    return await call();
  } catch (error) {
    const { kind, reason, message } = error as StrongroomError;
    const what = `${kind} ${reason}: ${message}`;
    report.failures[what] = (report.failures[what] ?? 0) + 1;
    await sleep(100);
    return undefined;
  } finally {
    report.slowest = Math.max(report.slowest, Math.round(performance.now() - start));
  }
};

const read = async (secretId: string): Promise<void> => {
  while (running) if (await timed(() => strongroom.secrets.getSecretValue({ secretId }))) report.reads++;
};

const write = async (secretId: string): Promise<void> => {
  while (running) {
    const secretString = `value ${randomUUID()}`;
    const answer = await timed(() => strongroom.secrets.putSecretValue({ secretId, secretString }));
    if (answer) {
      report.writes++;
      written.set(answer.versionId, secretString);
    }
    await sleep(WRITE_PAUSE_MS);
  }
};

const run = async (): Promise<void> => {
  const name = `load-${randomUUID()}`;
  await strongroom.secrets.createSecret({ name, secretString: 'of the load' });
  process.stdout.write('started\n');
  const readers = Array.from({ length: READERS }, () => read(name));
  const writers = Array.from({ length: WRITERS }, () => write(name));
  await Promise.all([...readers, ...writers]);
  const all = [...written];
  const check = async () => {
    for (let next = all.pop(); next; next = all.pop()) {
      const [versionId, value] = next;
      const found = await strongroom.secrets.getSecretValue({ secretId: name, versionId }).catch(() => undefined);
      if (found?.secretString !== value) report.lost++;
    }
  };
  await Promise.all(Array.from({ length: READERS }, check));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  strongroom.close();
};

process.once('SIGTERM', () => (running = false));
run().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
