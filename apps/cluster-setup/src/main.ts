import { readConfig, type SetupConfig } from './config';
import { grantTables, provisionDatabase } from './tasks/database.task';
import { consoleLink, writeEnvironment } from './tasks/environment.task';
import { issueCertificate, makeFiles, rotate } from './tasks/files.task';
import { keepAdministrator, setUpInKubernetes } from './tasks/kubernetes.task';
import { provisionRedis } from './tasks/redis.task';
import { NODES, volumeNames } from './volumes';

type Task = (config: SetupConfig, ...args: string[]) => Promise<void>;

const print = (text: string) => process.stdout.write(text);

/**
 * The set-up tasks of a cluster of containers, which run before, between and after the starts of its parts. Each can be repeated.
 */
const tasks: Record<string, Task> = {
  files: makeFiles,
  rotate,
  redis: provisionRedis,
  database: provisionDatabase,
  grants: grantTables,
  environment: writeEnvironment,
  'console-link': async () => void print(`${await consoleLink()}\n`),
  issue: async (config, uri) => {
    if (!uri) throw new Error('give the URI of the certificate, such as spiffe://strongroom.local/user/alice');
    print(await issueCertificate(config, uri));
  },
  kubernetes: (config, certificates) => setUpInKubernetes(config, certificates),
  'keep-administrator': (config) => keepAdministrator(config),
  volumes: async () => void print(`${[...volumeNames, NODES].join('\n')}\n`),
};

const run = async ([name = '', ...args]: string[]): Promise<void> => {
  const task = tasks[name];
  if (!task) throw new Error(`no task '${name}': ${Object.keys(tasks).join(', ')}`);
  await task(readConfig(process.env), ...args);
};

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`cluster-setup: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
