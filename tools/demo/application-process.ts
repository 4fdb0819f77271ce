import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ReachableCluster } from '@strongroom/local-cluster';
import { type ApplicationReport, DATABASE_SECRET } from './application';
import { type Role } from './cast';

/** Runs the application with the certificate of a role: names and files in its environment, no secret. */
export const startApplication = async (
  program: string,
  cluster: ReachableCluster,
  role: Role,
  secretName: string,
): Promise<ApplicationReport & { pid: number }> => {
  const { caFile, certFile, keyFile } = await cluster.issueClientCertificate(role.uri);
  const running = promisify(execFile)(process.execPath, [program], {
    timeout: 30_000,
    env: {
      PATH: process.env.PATH,
      STRONGROOM_SECRETS_API_ADDRESS: cluster.endpoint('secrets-api'),
      STRONGROOM_TLS_CA_FILE: caFile,
      STRONGROOM_TLS_CERT_FILE: certFile,
      STRONGROOM_TLS_KEY_FILE: keyFile,
      [DATABASE_SECRET]: secretName,
    },
  });
  const { stdout } = await running;
  return { ...(JSON.parse(stdout) as ApplicationReport), pid: running.child.pid! };
};
