import { bootstrap } from './bootstrap';
import { readConfig } from './config';
import { migrate } from './migrate';
import { startIdentityService } from './server';

/** How long calls may take to end once the process has been told to stop. Milliseconds. */
const GRACE = 10_000;

async function serve(): Promise<void> {
  const service = await startIdentityService(readConfig(process.env));
  const stop = () => {
    service.stop(GRACE).then(
      () => process.exit(0),
      (error: unknown) => fail('did not stop cleanly', error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(what: string, error: unknown): void {
  process.stderr.write(`identity-service ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const [task = 'serve'] = process.argv.slice(2);
const tasks: Record<string, () => Promise<void>> = {
  serve,
  migrate: () => migrate(process.env),
  bootstrap: () => bootstrap(process.env),
};
const run = tasks[task] ?? (() => Promise.reject(new Error(`no task '${task}': serve, migrate or bootstrap`)));
run().catch((error: unknown) => fail('cannot start', error));
