export { alarmService } from './alarms.methods';
export { auditService, trailFeedService } from './audit.methods';
export { identityService, principalDirectoryService, signingKeyService, signInService, tokenService } from './identity.methods';
export { calledVia } from './called-via';
export { consoleServices } from './console-services';
export { dataKeyService, keyService } from './keys.methods';
export {
  change,
  consoleOnly,
  describeService,
  frontDoors,
  isIdempotent,
  read,
  type Contract,
  type ContractMethod,
  type EventSource,
  type Method,
  type MethodsOf,
  type PeerRule,
  type RequestOf,
  type ResponseOf,
  type Service,
  type ServiceName,
} from './method';
export { ruleService } from './rules.methods';
export { webhookService } from './webhooks.methods';
export { deliveryService } from './deliveries.methods';
export { rotationFunctionDirectoryService, rotationFunctionService, rotationService } from './rotation.methods';
export { keyDependentsService, rotationRequestService, secretsService, secretTagService } from './secrets.methods';
export { byPath, eventSourcesOf, eventsOf, fullNameOf, operationOf, type MethodEvent, type PeerPolicy } from './service-rules';
export { servedBy, services } from './services';
export { topicLinkService, topicService } from './topics.methods';
export { usageService } from './usage.methods';
