import { join } from 'node:path';
import { addressVariableOf, DescribedCluster, programNames, writeEnvironmentFile } from '@strongroom/local-cluster';
import { SERVICE_FOLDER, SERVICE_PORT, type SetupConfig } from '../config';

const file = (name: string) => join(SERVICE_FOLDER, name);
const certificate = { caFile: file('ca.crt'), certFile: file('tls.crt'), keyFile: file('tls.key') };

/**
 * Writes the file that a shell sources to call the cluster as its administrator, with the names used inside: services by name,
 * files in the volume.
 */
export const writeEnvironment = async ({ accountId, region }: SetupConfig): Promise<void> => {
  const addresses = Object.fromEntries(programNames.map((name) => [addressVariableOf(name), `${name}:${SERVICE_PORT}`]));
  await writeEnvironmentFile(file('env'), { accountId, region }, addresses, {
    certificate,
    credentialsFile: file('admin-credentials.json'),
  });
};

/** A link into the console, with the name that it has inside. */
export const consoleLink = (): Promise<string> => DescribedCluster.open(file('env')).signInLink();
