import { auditService } from './audit.methods';
import { identityService, principalDirectoryService, signingKeyService, tokenService } from './identity.methods';
import { dataKeyService, keyService } from './keys.methods';
import type { Service, ServiceName } from './method';
import { rotationFunctionDirectoryService, rotationFunctionService, rotationService } from './rotation.methods';
import { rotationRequestService, secretsService } from './secrets.methods';

/** What each program serves, of all that the contracts describe. */
export const servedBy = {
  'secrets-api': [secretsService, rotationRequestService],
  'crypto-keyservice': [keyService, dataKeyService],
  'identity-service': [identityService, tokenService, principalDirectoryService, signingKeyService],
  'audit-service': [auditService],
  'rotation-worker': [rotationService, rotationFunctionDirectoryService],
} as const satisfies Partial<Record<ServiceName, readonly Service[]>>;

/** All services of the contracts. */
export const services: readonly Service[] = [...Object.values(servedBy).flat(), rotationFunctionService];
