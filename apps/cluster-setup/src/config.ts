import { readEnvironment, type Environment } from '@strongroom/config';
import { ClusterLayout } from '@strongroom/local-cluster';
import { z } from 'zod';

/** Under which port every service of a cluster of containers is reached, each at an address of its own. */
export const SERVICE_PORT = 7400;

/** Where a service finds what its volume holds. */
export const SERVICE_FOLDER = '/run/strongroom';

export interface SetupConfig {
  /** The master copies: authority, root keys, passwords. */
  layout: ClusterLayout;
  /** The folder with one volume for each of those who get something handed out. */
  volumes: string;
  /** Names and addresses under which callers outside reach the services, beside localhost. */
  serverNames: string[];
  accountId: string;
  region: string;
}

const shape = {
  STRONGROOM_STATE_DIRECTORY: z.string().default('/state'),
  STRONGROOM_VOLUMES_DIRECTORY: z.string().default('/volumes'),
  STRONGROOM_SERVER_NAMES: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+(,[A-Za-z0-9.:-]+)*$/, 'must be host names or addresses, separated by commas')
    .optional(),
  STRONGROOM_ACCOUNT_ID: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits')
    .default('000000000000'),
  STRONGROOM_REGION: z.string().default('us-east-1'),
};

/** @throws ConfigError */
export const readConfig = (env: Environment): SetupConfig => {
  const read = readEnvironment(env, shape);
  return {
    layout: new ClusterLayout(read.STRONGROOM_STATE_DIRECTORY, 0),
    volumes: read.STRONGROOM_VOLUMES_DIRECTORY,
    serverNames: read.STRONGROOM_SERVER_NAMES?.split(',') ?? [],
    accountId: read.STRONGROOM_ACCOUNT_ID,
    region: read.STRONGROOM_REGION,
  };
};
