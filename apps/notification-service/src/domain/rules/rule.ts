import { DomainError } from '@strongroom/errors';

export const RULE_STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;
export type RuleState = (typeof RULE_STATES)[number];

/** A rule says which events lead to its targets. */
export interface Rule {
  accountId: string;
  name: string;
  description: string;
  /** As it was written. */
  eventPattern: string;
  state: RuleState;
  roleArn: string;
  /** The service that made a ready-made rule; '' for others. */
  managedBy: string;
  tags: Readonly<Record<string, string>>;
}

export interface InputTransformer {
  inputPathsMap: Readonly<Record<string, string>>;
  inputTemplate: string;
}

/** A target as its rule keeps it. What it gets is the event, unless one of the inputs says otherwise. */
export interface TargetSettings {
  id: string;
  arn: string;
  input: string;
  inputPath: string;
  inputTransformer: InputTransformer | undefined;
  roleArn: string;
}

export const EVENT_BUS = 'default';
/** As in EventBridge. */
export const MAX_RULES = 300;
export const MAX_TARGETS = 5;

export const ruleArn = (region: string, accountId: string, name: string): string =>
  `arn:aws:events:${region}:${accountId}:rule/${name}`;

export const eventBusArn = (region: string, accountId: string): string =>
  `arn:aws:events:${region}:${accountId}:event-bus/${EVENT_BUS}`;

/** EventBridge's name for a field that breaks a rule. */
export const invalid = (message: string): DomainError =>
  new DomainError({ kind: 'invalid-argument', reason: 'ValidationException', message });

export const managedRule = (): DomainError =>
  new DomainError({
    kind: 'failed-precondition',
    reason: 'ManagedRuleException',
    message: 'A rule that Strongroom has made can be enabled, disabled and given targets; to delete it, use force.',
  });
