import type { GatewayConfig } from '../config';

type Addresses = Pick<GatewayConfig, 'secretsAddress' | 'keyserviceAddress' | 'identityAddress'>;

/** Tells gRPC clients on this port where the gRPC ports are. It names no addresses, because strangers read it. */
export function grpcHint({ secretsAddress, keyserviceAddress, identityAddress }: Addresses): string {
  const services = [
    ['secrets-api', 'SECRETS_API', portOf(secretsAddress)],
    ['crypto-keyservice', 'KEYSERVICE', portOf(keyserviceAddress)],
    ['identity-service', 'IDENTITY', portOf(identityAddress)],
    ['audit-service', 'AUDIT', ''],
    ['rotation-worker', 'ROTATION', ''],
  ].map(([name, variable, port]) => `${name} (${port}STRONGROOM_${variable}_ADDRESS)`);
  return (
    "this is the port of aws-gateway, which speaks AWS's protocols (Secrets Manager, KMS, STS and IAM over HTTPS), not gRPC. " +
    `gRPC is spoken by ${services.join(', ')}.`
  );
}

/** `port 7410, `; '' if there are several. */
function portOf(address: string): string {
  const ports = new Set([...address.matchAll(/:(\d+)(?=,|$)/g)].map(([, port]) => port));
  return ports.size === 1 ? `port ${[...ports][0]}, ` : '';
}
