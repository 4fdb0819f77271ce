import { readFileSync } from 'node:fs';
import {
  auditService,
  identityService,
  keyService,
  ruleService,
  secretsService,
  signingKeyService,
  tokenService,
  topicLinkService,
  topicService,
} from '@strongroom/methods';
import type { Shell } from '@strongroom/service';
import { CallHistogram, measureCertificates } from '@strongroom/telemetry';
import { SigningKeysClient } from './clients/signing-keys.client';
import { topicLinksClient } from './clients/topic-links.client';
import type { GatewayConfig } from './config';
import { Backend } from './gateway/backend';
import { Gateway } from './gateway/gateway';
import { LinkAnswerer } from './gateway/link-answerer';
import { Door } from './http/door';
import { HandshakeFailures } from './http/handshake-failures';
import { grpcHint } from './http/grpc-hint';
import { startHttpServer } from './http/http-server';
import { requestAnswerer } from './http/request-answerer';
import { SignatureVerifier } from './signature/verifier';

/** Starts the gateway: its clients of the other services, its ports. */
export async function startAwsGateway(shell: Shell<GatewayConfig>) {
  const { config, clock, random, logger, metrics } = shell;
  const { identityAddress } = config;
  const identityRelay = shell.relay('identity-service', identityAddress);
  const notificationRelay = shell.relay('notification-service', config.notificationAddress);
  const backend = new Backend({
    secrets: shell.relay('secrets-api', config.secretsAddress).clientOf(secretsService),
    keys: shell.relay('crypto-keyservice', config.keyserviceAddress).clientOf(keyService),
    identity: identityRelay.clientOf(identityService),
    rules: notificationRelay.clientOf(ruleService),
    tokens: identityRelay.clientOf(tokenService),
    audit: shell.relay('audit-service', config.auditAddress).clientOf(auditService),
    topics: notificationRelay.clientOf(topicService),
  });
  const signingKeys = new SigningKeysClient(shell.client(signingKeyService, 'identity-service', identityAddress), clock);
  const links = topicLinksClient(shell.client(topicLinkService, 'notification-service', config.notificationAddress));
  const verifier = new SignatureVerifier({ region: config.region, clock, signingKeys });
  const durations = new CallHistogram(
    'strongroom_http_server_seconds',
    'Duration of AWS requests, from their headers to their answer',
  );
  metrics.registry.registerMetric(durations as never);
  const shared = {
    door: new Door(metrics),
    answer: requestAnswerer({
      gateway: new Gateway({ verifier, backend, clock, random, links: new LinkAnswerer(links, clock) }),
      logger,
      durations,
    }),
    grpcHint: grpcHint(config),
  };
  const failures = new HandshakeFailures(metrics.registry, logger);

  const { certFile, keyFile } = config.https;
  measureCertificates(metrics, { own: config.tls.certFile, authority: config.tls.caFile, https: certFile });
  const secure = await startHttpServer({
    ...shared,
    listen: config.listen,
    tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    onHandshakeFailure: (address, error) => failures.add(address, error),
  });
  shell.onDrain('HTTPS', (graceMs) => secure.drain(graceMs));
  if (config.plainListen !== undefined) {
    const plain = await startHttpServer({ ...shared, listen: config.plainListen });
    shell.onDrain('plain HTTP', (graceMs) => plain.drain(graceMs));
  }
  return { port: secure.port };
}
