import {
  ConfigError,
  endpointsAt,
  readEnvironment,
  readServiceConfig,
  serviceAddress,
  type Endpoint,
  type Environment,
} from '@strongroom/config';
import { endpointsOf } from './cluster-endpoints';
import { EgressRules } from './egress-rules';

/** The rules for somebody else's servers that a service may connect to. */
export interface EgressSettings {
  rules: EgressRules;
  /** The cluster's own servers, to which it must not connect unless a rule names one. */
  cluster: readonly Endpoint[];
}

/** @param variable has the operator's rules, such as STRONGROOM_ROTATION_EGRESS. @throws ConfigError */
export function egressConfig(env: Environment, variable: string): EgressSettings {
  return { rules: rulesOf(env, variable), cluster: clusterEndpoints(env) };
}

function rulesOf(env: Environment, variable: string): EgressRules {
  try {
    return EgressRules.parse(env[variable] ?? '');
  } catch (error) {
    throw new ConfigError([`${variable}: ${(error as Error).message}`]);
  }
}

/**
 * The cluster's addresses in the environment: stores, services, this service, and STRONGROOM_CLUSTER_ENDPOINTS for others, such
 * as metrics.
 */
function clusterEndpoints(env: Environment): Endpoint[] {
  const { STRONGROOM_CLUSTER_ENDPOINTS: more } = readEnvironment(env, {
    STRONGROOM_CLUSTER_ENDPOINTS: serviceAddress.optional(),
  });
  const services = Object.entries(env).flatMap(([name, value]) =>
    /^STRONGROOM_\w+_ADDRESS$/.test(name) && value ? [value] : [],
  );
  const database = endpointsAt(`${env.STRONGROOM_DATABASE_HOST}`, Number(env.STRONGROOM_DATABASE_PORT));
  const redis = env.STRONGROOM_REDIS_SENTINELS || `${env.STRONGROOM_REDIS_HOST}:${env.STRONGROOM_REDIS_PORT}`;
  const { listen, metricsListen } = readServiceConfig(env);
  return [...database, ...[redis, ...services, listen, metricsListen, ...(more ? [more] : [])].flatMap(endpointsOf)];
}
