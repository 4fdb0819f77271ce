import type { ServiceName } from './method';

/** AWS's names of the services, for those that make calls of their own for their callers. */
export const AWS_NAMES: Readonly<Partial<Record<ServiceName, string>>> = {
  'secrets-api': 'secretsmanager',
  'crypto-keyservice': 'kms',
  'identity-service': 'iam',
  'audit-service': 'cloudtrail',
  'rotation-worker': 'secretsmanager',
  'notification-service': 'events',
  'usage-service': 'ce',
};

/**
 * AWS's name of a service that makes calls of its own for its callers, such as `secretsmanager`; undefined for aws-gateway, which
 * only passes on what they call.
 */
export function calledVia(service: string): string | undefined {
  return Object.hasOwn(AWS_NAMES, service) ? AWS_NAMES[service as ServiceName] : undefined;
}
