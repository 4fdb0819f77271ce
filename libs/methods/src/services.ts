import { auditService } from './audit.methods';
import { identityService, principalDirectoryService, signingKeyService, tokenService } from './identity.methods';
import { dataKeyService, keyService } from './keys.methods';
import type { Service } from './method';
import { rotationFunctionDirectoryService, rotationFunctionService, rotationService } from './rotation.methods';
import { rotationRequestService, secretsService } from './secrets.methods';

/** All services of the contracts. */
export const services: readonly Service[] = [
  secretsService,
  rotationRequestService,
  keyService,
  dataKeyService,
  identityService,
  tokenService,
  principalDirectoryService,
  signingKeyService,
  auditService,
  rotationService,
  rotationFunctionDirectoryService,
  rotationFunctionService,
];
