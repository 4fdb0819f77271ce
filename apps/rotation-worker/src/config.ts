import { addressOf, readServiceConfig, type Environment, type ServiceConfig } from '@strongroom/config';

export interface RotationWorkerConfig extends ServiceConfig {
  identityAddress: string;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): RotationWorkerConfig => ({
  ...readServiceConfig(env),
  identityAddress: addressOf(env, 'IDENTITY'),
});
