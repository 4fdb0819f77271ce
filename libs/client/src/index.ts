export type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
export type { AuditCalls } from './audit.calls';
export type { CallOptions } from './call-invoker';
export type { EntityName } from './calls';
export { type Addresses, type ClientOptions, optionsFromEnvironment } from './client-options';
export type { SecretCacheOptions } from './cache/cache-options';
export type { ChangeListener, SecretChange } from './cache/cached-secret';
export { SecretCache, type SecretSource } from './cache/secret-cache';
export type { SecretReference } from './cache/secret-reference';
export * from './errors';
export type { IdentityCalls, TokenCalls } from './identity.calls';
export type { KeyDependentsCalls } from './key-dependents.calls';
export type { KeysCalls } from './keys.calls';
export { type Listing } from './listing';
export { DataKeyReEncryptionState, type DataKeyReEncryption } from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
export {
  RotationRunState,
  RotationStep,
  type RotationFunction,
  type RotationRun,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
export type { AlarmsCalls } from './alarms.calls';
export type { DeliveriesCalls } from './deliveries.calls';
export type { RulesCalls } from './rules.calls';
export type { WebhooksCalls } from './webhooks.calls';
export type { RotationCalls } from './rotation.calls';
export type { TopicsCalls } from './topics.calls';
export type { UsageCalls } from './usage.calls';
export type { SecretWatchStream } from './secret-watch-stream';
export type { PlainValue, SecretsCalls, SecretVersion } from './secrets.calls';
export { StrongroomClient } from './strongroom-client';
export type { Token, TokenProvider } from './token-source';
