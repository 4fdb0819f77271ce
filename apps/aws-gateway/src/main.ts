import { readConfig } from './config';
import { startAwsGateway } from './server';

/** How long requests may take to end once the process has been told to stop. Milliseconds. */
const GRACE = 10_000;

async function serve(): Promise<void> {
  const gateway = await startAwsGateway(readConfig(process.env));
  const stop = () => {
    gateway.stop(GRACE).then(
      () => process.exit(0),
      (error: unknown) => fail('did not stop cleanly', error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(what: string, error: unknown): void {
  process.stderr.write(`aws-gateway ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const [task = 'serve'] = process.argv.slice(2);
const run = task === 'serve' ? serve() : Promise.reject(new Error(`no task '${task}': serve`));
run.catch((error: unknown) => fail('cannot start', error));
