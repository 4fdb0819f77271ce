import { alarmService } from './alarms.methods';
import { auditService } from './audit.methods';
import { deliveryService } from './deliveries.methods';
import { identityService, tokenService } from './identity.methods';
import { keyService } from './keys.methods';
import type { Service } from './method';
import { rotationService } from './rotation.methods';
import { ruleService } from './rules.methods';
import { keyDependentsService, secretsService } from './secrets.methods';
import { topicService } from './topics.methods';
import { usageService } from './usage.methods';
import { webhookService } from './webhooks.methods';

/** The services that people use in the console, by the names that `StrongroomClient` has for them. */
export const consoleServices = {
  secrets: secretsService,
  keyDependents: keyDependentsService,
  keys: keyService,
  identity: identityService,
  tokens: tokenService,
  audit: auditService,
  rotation: rotationService,
  alarms: alarmService,
  rules: ruleService,
  webhooks: webhookService,
  deliveries: deliveryService,
  topics: topicService,
  usage: usageService,
} as const satisfies Readonly<Record<string, Service>>;
