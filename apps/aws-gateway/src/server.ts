import { readFileSync } from 'node:fs';
import { serviceUriPrefix } from '@strongroom/access';
import { systemClock, type Clock } from '@strongroom/clock';
import {
  IdentityServiceClient,
  SigningKeyServiceClient,
  TokenServiceClient,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { KeyServiceClient } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { SecretsServiceClient } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { connect } from '@strongroom/grpc-kit';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { CallHistogram, createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import { SigningKeysClient } from './clients/signing-keys.client';
import type { GatewayConfig } from './config';
import { Backend } from './gateway/backend';
import { Gateway } from './gateway/gateway';
import { Door } from './http/door';
import { HandshakeFailures } from './http/handshake-failures';
import { grpcHint } from './http/grpc-hint';
import { startHttpServer } from './http/http-server';
import { requestAnswerer } from './http/request-answerer';
import { SignatureVerifier } from './signature/verifier';

const SERVICE = 'aws-gateway';

export interface RunningAwsGateway {
  /** Of HTTPS. */
  readonly port: number;
  /** Of plain HTTP, where it is served. */
  readonly plainPort?: number;
  /** Ends without dropping a request, within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** What the gateway takes from around it; tests bring their own. */
export interface Surroundings {
  clock: Clock;
  random: RandomSource;
  logger: Logger;
  metrics: Metrics;
}

/** Starts the gateway with its real surroundings. */
export async function startAwsGateway(config: GatewayConfig): Promise<RunningAwsGateway> {
  const logger = createLogger({ service: SERVICE, level: config.logLevel, logFile: config.logFile });
  const metrics = new Metrics({ service: SERVICE });
  const gateway = await serveAws(config, { clock: systemClock, random: systemRandom, logger, metrics });
  let serving = true;
  const metricsServer = await startMetricsServer({ metrics, listen: config.metricsListen, isHealthy: () => serving });
  logger.info('serving', { port: gateway.port });
  return {
    ...gateway,
    async stop(graceMs) {
      serving = false;
      await gateway.stop(graceMs);
      await metricsServer.close();
    },
  };
}

/** The gateway proper: its clients of the other services, its ports. */
export async function serveAws(
  config: Omit<GatewayConfig, 'accountId' | 'logLevel' | 'metricsListen'>,
  { clock, random, logger, metrics }: Surroundings,
): Promise<RunningAwsGateway> {
  const peer = (name: string, address: string) => ({
    address,
    tls: config.tls,
    service: SERVICE,
    serverUri: `${serviceUriPrefix(config.trustDomain)}${name}`,
  });
  const identity = peer('identity-service', config.identityAddress);
  const clients = {
    secrets: connect(SecretsServiceClient, peer('secrets-api', config.secretsAddress)),
    keys: connect(KeyServiceClient, peer('crypto-keyservice', config.keyserviceAddress)),
    identity: connect(IdentityServiceClient, identity),
    tokens: connect(TokenServiceClient, identity),
  };
  const signingKeys = connect(SigningKeyServiceClient, identity);
  const verifier = new SignatureVerifier({
    region: config.region,
    clock,
    signingKeys: new SigningKeysClient(signingKeys, clock),
  });
  const durations = new CallHistogram(
    'strongroom_http_server_seconds',
    'Duration of AWS requests, from their headers to their answer',
  );
  metrics.registry.registerMetric(durations as never);
  const gateway = new Gateway({ verifier, backend: new Backend(clients), clock, random });
  const shared = {
    door: new Door(metrics),
    answer: requestAnswerer({ gateway, logger, durations }),
    grpcHint: grpcHint(config),
  };
  const failures = new HandshakeFailures(metrics.registry, logger);

  const { certFile, keyFile } = config.https;
  const secure = await startHttpServer({
    ...shared,
    listen: config.listen,
    tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    onHandshakeFailure: (address, error) => failures.add(address, error),
  });
  const plain = config.plainListen === undefined ? undefined : await startHttpServer({ ...shared, listen: config.plainListen });
  return {
    port: secure.port,
    plainPort: plain?.port,
    async stop(graceMs) {
      await Promise.all([secure.drain(graceMs), plain?.drain(graceMs)]);
      for (const client of [...Object.values(clients), signingKeys]) client.close();
    },
  };
}
