import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '@strongroom/local-cluster';
import { SERVICE_FOLDER, type SetupConfig } from '../config';
import { KubernetesSecrets, type SecretData } from '../kubernetes/secrets';
import { volumeNames, type VolumeName } from '../volumes';
import { grantTables, provisionDatabase } from './database.task';
import { makeFiles } from './files.task';
import { provisionRedis } from './redis.task';

/** Stands for `/` in the keys of the Secret with the state. */
const SEPARATOR = '__';

const CERTIFICATE_FILES = ['ca.crt', 'tls.crt', 'tls.key'];
const CREDENTIALS_FILE = 'admin-credentials.json';

/** What only the cluster of containers has. */
const elsewhere: readonly VolumeName[] = ['mariadb', 'sentinel', 'grafana'];

/** With this argument the certificates are somebody else's. */
const WITHOUT_CERTIFICATES = 'without-certificates';

/**
 * The set-up in Kubernetes, which has no volumes that services could share. The originals are in one Secret, and each recipient
 * has Secrets of its own. Whatever is there stays, as with `makeFiles`. Then the database and Redis learn of their users, if the
 * configuration names their administrators.
 */
export const setUpInKubernetes = async (
  config: SetupConfig,
  certificates?: string,
  secrets = new KubernetesSecrets(process.env),
): Promise<void> => {
  if (certificates !== undefined && certificates !== WITHOUT_CERTIFICATES)
    throw new Error(`no argument '${certificates}': ${WITHOUT_CERTIFICATES}`);
  const state = `${config.secretsPrefix}-state`;
  for (const [key, text] of Object.entries((await secrets.read(state)) ?? {}))
    writePrivateFile(join(config.layout.home, ...key.split(SEPARATOR)), text);
  for (const name of volumeNames) mkdirSync(join(config.volumes, name), { recursive: true, mode: 0o700 });
  await makeFiles(config);
  // First: what opens the root keys must be kept before anything can be sealed with them.
  await secrets.write(state, filesBelow(config.layout.home));
  for (const name of volumeNames.filter((candidate) => !elsewhere.includes(candidate))) {
    await handOver(secrets, `${config.secretsPrefix}-${name}`, handoutOf(config, name), certificates === undefined);
  }
  if (config.database) await provisionDatabase(config);
  if (config.redis) await provisionRedis(config);
};

/** After the migrations: keeps the access key of the first administrator, and gives rights on single tables. */
export const keepAdministrator = async (
  config: SetupConfig,
  folder = SERVICE_FOLDER,
  secrets = new KubernetesSecrets(process.env),
): Promise<void> => {
  const file = join(folder, CREDENTIALS_FILE);
  if (existsSync(file))
    await secrets.write(`${config.secretsPrefix}-administrator`, { [CREDENTIALS_FILE]: readFileSync(file, 'utf8') });
  if (config.database) await grantTables(config);
};

const handOver = async (
  secrets: KubernetesSecrets,
  name: string,
  files: SecretData,
  withCertificates: boolean,
): Promise<void> => {
  const isCertificate = ([file]: [string, string]) => CERTIFICATE_FILES.includes(file);
  const all = Object.entries(files);
  const certificate = all.filter(isCertificate);
  const others = all.filter((one) => !isCertificate(one));
  if (certificate.length > 0 && withCertificates)
    await secrets.write(`${name}-tls`, Object.fromEntries(certificate), 'kubernetes.io/tls');
  if (others.length > 0) await secrets.write(name, Object.fromEntries(others));
};

/** What Redis is started with elsewhere: its users, as a file of ACLs. */
const handoutOf = (config: SetupConfig, name: VolumeName): SecretData => {
  const files = filesBelow(join(config.volumes, name));
  if (name !== 'redis') return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, valueOf(file, text)]));
  const lines = files['redis.conf']!.split('\n').filter((line) => line.startsWith('user '));
  return { 'users.acl': `${lines.join('\n')}\n`, 'administrator.password': files['administrator.password']!.trim() };
};

/** Others than the services read passwords, too: operators that make the users of a database. */
const valueOf = (file: string, text: string): string => (file.endsWith('.password') ? text.trim() : text);

/** The texts of all files in the folder and those below it, by their path. */
const filesBelow = (folder: string): SecretData =>
  Object.fromEntries(
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1).replaceAll('/', SEPARATOR), readFileSync(path, 'utf8')]),
  );
