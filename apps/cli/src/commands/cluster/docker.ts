import { execFile } from 'node:child_process';

/** What a command of docker prints. @throws Error with the last line of what it said */
export const askDocker = (args: readonly string[], timeoutMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile('docker', args, { timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.trim().split('\n').at(-1) || error.message));
    });
  });

/** The account and region of the cluster of containers, as compose finds them in the environment or in `docker/.env`. */
export const composeNames = async (composeFile: string, timeoutMs: number): Promise<{ accountId: string; region: string }> => {
  const config = JSON.parse(await askDocker(['compose', '-f', composeFile, 'config', '--format', 'json'], timeoutMs)) as {
    services: Record<string, { environment?: Record<string, string> }>;
  };
  const { STRONGROOM_ACCOUNT_ID: accountId, STRONGROOM_REGION: region } = config.services['identity-service']?.environment ?? {};
  if (accountId === undefined || region === undefined) throw new Error(`${composeFile} says no account and region`);
  return { accountId, region };
};
