import { authenticator, grpcPrincipalDirectory, PrincipalView, serviceUriPrefix } from '@strongroom/access';
import type { PrincipalSource } from '@strongroom/access';
import { PrincipalDirectoryServiceClient } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { connect, createServer, type RunningServer } from '@strongroom/grpc-kit';
import { createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import type { RotationWorkerConfig } from './config';
import { peerPolicy } from './peer-policy';

const SERVICE = 'rotation-worker';

export interface RunningRotationWorker {
  readonly port: number;
  stop(graceMs: number): Promise<void>;
}

/** Starts the worker with its real surroundings. */
export const startRotationWorker = async (config: RotationWorkerConfig): Promise<RunningRotationWorker> => {
  const logger = createLogger({ service: SERVICE, level: config.logLevel });
  const metrics = new Metrics({ service: SERVICE });
  const directory = connect(PrincipalDirectoryServiceClient, {
    address: config.identityAddress,
    tls: config.tls,
    service: SERVICE,
    serverUri: `${serviceUriPrefix(config.trustDomain)}identity-service`,
  });
  const principals = new PrincipalView({ directory: grpcPrincipalDirectory(directory), ...config });
  const server = await serveRotation(config, { logger, metrics, principals });
  const metricsServer = await startMetricsServer({
    metrics,
    listen: config.metricsListen,
    isHealthy: () => server.health.isServing,
  });
  logger.info('serving', { port: server.port });
  return {
    port: server.port,
    async stop(graceMs) {
      await server.drain(graceMs);
      principals.close();
      directory.close();
      await metricsServer.close();
    },
  };
};

/** What the worker takes from around it; tests bring their own. */
export interface Surroundings {
  logger: Logger;
  metrics: Metrics;
  principals: PrincipalSource;
}

export const serveRotation = (
  config: Pick<RotationWorkerConfig, 'listen' | 'tls' | 'trustDomain'>,
  { logger, metrics, principals }: Surroundings,
): Promise<RunningServer> =>
  createServer({
    service: SERVICE,
    listen: config.listen,
    tls: config.tls,
    trustDomain: config.trustDomain,
    services: [],
    peerPolicy,
    authenticate: authenticator(principals),
    logger,
    metrics,
  });
