import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Environment, serviceAddress } from '@strongroom/config';
import { parse } from 'dotenv';
import { usageError } from '../../cli-error';
import { unreadable } from '../../session/private-file';
import { type Profile, serviceNames } from '../../session/profile';

/** The options of `login` that say which cluster. */
export interface ClusterChoice {
  fromEnvironment?: boolean;
  envFile?: string;
  address?: string[];
  ca?: string;
  inlineCa?: boolean;
  gateway?: string;
  console?: string;
  region?: string;
}

const addressVariables = {
  secrets: 'STRONGROOM_SECRETS_API_ADDRESS',
  keys: 'STRONGROOM_KEYSERVICE_ADDRESS',
  identity: 'STRONGROOM_IDENTITY_ADDRESS',
  audit: 'STRONGROOM_AUDIT_ADDRESS',
  rotation: 'STRONGROOM_ROTATION_ADDRESS',
  notification: 'STRONGROOM_NOTIFICATION_ADDRESS',
  usage: 'STRONGROOM_USAGE_ADDRESS',
} as const satisfies Record<(typeof serviceNames)[number], string>;

/**
 * The cluster of a profile: what the environment says, and what the options say beside it; else what the profile said before.
 *
 * @returns `offered`: variables that may also say as whom
 * @throws CliError that names the option or variable
 */
export const clusterOf = async (
  options: ClusterChoice,
  env: Environment,
  before: Profile | undefined,
): Promise<{ cluster: Profile; offered: Environment | undefined }> => {
  if (options.fromEnvironment && options.envFile !== undefined) {
    throw usageError('--from-environment and --env-file: give one of the two.');
  }
  const offered =
    options.envFile !== undefined ? await readEnvironmentFile(options.envFile) : options.fromEnvironment ? env : undefined;
  const described = offered === undefined ? before : fromVariables(offered);
  const addresses = { ...described?.addresses, ...addressesOf(options.address) };
  const ca = options.ca === undefined ? pickCa(described) : { caFile: resolve(options.ca) };
  if (addresses.identity === undefined) {
    throw usageError(
      offered === undefined
        ? 'Nothing says which cluster to sign in to.'
        : `${addressVariables.identity}: must be set in ${options.envFile ?? 'the environment'}`,
      'Give --env-file, --from-environment, or --address identity=host:port, --address secrets=host:port and --ca.',
    );
  }
  if (ca.ca === undefined && ca.caFile === undefined) throw usageError("--ca: must be the file of the cluster's CA.");
  const kept = options.inlineCa && ca.caFile !== undefined ? { ca: await readText(ca.caFile) } : ca;
  const gateway = options.gateway ?? described?.gateway;
  const console = options.console ?? described?.console;
  const region = options.region ?? described?.region;
  return { cluster: { addresses, ...kept, gateway, console, region, signIn: before?.signIn }, offered };
};

const pickCa = (profile: Profile | undefined): Pick<Profile, 'ca' | 'caFile'> => ({ ca: profile?.ca, caFile: profile?.caFile });

const fromVariables = (variables: Environment): Profile => {
  const caFile = variables['STRONGROOM_TLS_CA_FILE'];
  const gateway = variables['STRONGROOM_AWS_GATEWAY_ADDRESS'];
  return {
    addresses: Object.fromEntries(serviceNames.map((name) => [name, variables[addressVariables[name]] || undefined])),
    caFile: caFile ? resolve(caFile) : undefined,
    gateway: gateway ? `https://${gateway}` : undefined,
    console: consoleIn(variables),
    region: variables['STRONGROOM_REGION'] || undefined,
  };
};

/** Where the console is that the variables of a cluster name. */
export const consoleIn = (variables: Environment): string | undefined => {
  const address = variables['STRONGROOM_CONSOLE_ADDRESS']?.split(',')[0];
  return address ? `https://${address}` : undefined;
};

const addressesOf = (texts: readonly string[] = []): Profile['addresses'] =>
  Object.fromEntries(
    texts.map((text) => {
      const [service, address] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
      if (!(serviceNames as readonly string[]).includes(service) || !serviceAddress.safeParse(address).success) {
        throw usageError(`--address: must be one of ${serviceNames.join(', ')}, then = and host:port.`);
      }
      return [service, address];
    }),
  );

/** The file that `source` reads, without a shell. */
const readEnvironmentFile = async (path: string): Promise<Environment> => parse(await readText(path));

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
