import { readConfig } from './config';
import { migrate } from './migrate';
import { startRotationWorker } from './server';

/** How long calls may take to end once the process has been told to stop. Milliseconds. */
const GRACE = 10_000;

const serve = async (): Promise<void> => {
  const worker = await startRotationWorker(readConfig(process.env));
  const stop = () => {
    worker.stop(GRACE).then(
      () => process.exit(0),
      (error: unknown) => fail('did not stop cleanly', error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const fail = (what: string, error: unknown): void => {
  process.stderr.write(`rotation-worker ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

const [task = 'serve'] = process.argv.slice(2);
const tasks: Record<string, () => Promise<void>> = { serve, migrate: () => migrate(process.env) };
const run = tasks[task] ?? (() => Promise.reject(new Error(`no task '${task}': serve or migrate`)));
run().catch((error: unknown) => fail('cannot start', error));
