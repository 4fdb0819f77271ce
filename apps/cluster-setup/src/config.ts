import { readEnvironment, type Environment } from '@strongroom/config';
import { ClusterLayout } from '@strongroom/local-cluster';
import { z } from 'zod';

/** The port of every service in a cluster of containers; each service has its own address. */
export const SERVICE_PORT = 7400;

/** The path of a service's volume. */
export const SERVICE_FOLDER = '/run/strongroom';

export interface SetupConfig {
  /** The originals: CA, root keys, passwords. */
  layout: ClusterLayout;
  /** The folder with one volume for each recipient. */
  volumes: string;
  /** Names and addresses that outside callers use for the services, besides localhost. */
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
