import { alarmService } from './alarms.methods';
import { auditService, trailFeedService } from './audit.methods';
import { identityService, principalDirectoryService, signingKeyService, signInService, tokenService } from './identity.methods';
import { dataKeyService, keyService } from './keys.methods';
import type { Service, ServiceName } from './method';
import { deliveryService } from './deliveries.methods';
import { ruleService } from './rules.methods';
import { webhookService } from './webhooks.methods';
import { rotationFunctionDirectoryService, rotationFunctionService, rotationService } from './rotation.methods';
import { keyDependentsService, rotationRequestService, secretsService, secretTagService } from './secrets.methods';
import { topicLinkService, topicService } from './topics.methods';
import { usageService } from './usage.methods';

/** What each program serves, of all that the contracts describe. */
export const servedBy = {
  'secrets-api': [secretsService, keyDependentsService, rotationRequestService, secretTagService],
  'crypto-keyservice': [keyService, dataKeyService],
  'identity-service': [identityService, tokenService, principalDirectoryService, signingKeyService, signInService],
  'audit-service': [auditService, trailFeedService],
  'rotation-worker': [rotationService, rotationFunctionDirectoryService],
  'notification-service': [ruleService, webhookService, deliveryService, topicService, topicLinkService, alarmService],
  'usage-service': [usageService],
} as const satisfies Partial<Record<ServiceName, readonly Service[]>>;

/** All services of the contracts. */
export const services: readonly Service[] = [...Object.values(servedBy).flat(), rotationFunctionService];
