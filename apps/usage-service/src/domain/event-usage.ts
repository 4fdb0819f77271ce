import { hourOf, type Product } from '@strongroom/billing';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { operationOf, serviceOf } from './operations';

export type ResourceKind = 'secret' | 'key';

/** Calls of one kind, in one hour. */
export interface CallCount {
  hour: number;
  operation: string;
  /** ARN of a user or role. */
  principal: string;
  /** ARN of the only secret that it names; empty if it names none or several. */
  secret: string;
  /** Whether the event proves to its account that the secret exists. */
  isSecretProven: boolean;
  calls: number;
  failed: number;
  /** What the statement charges these calls for; undefined: nothing. */
  product: Product | undefined;
}

/** A version of a secret that somebody got to see. */
export interface SecretRead {
  at: Date;
  secret: string;
  versionId: string;
  principal: string;
  /** Whether it is a call of this account; otherwise another account read this account's secret, and counts it. */
  isOwnCall: boolean;
}

/** The beginning or the end of what a resource is charged for. */
export interface LifeChange {
  at: Date;
  eventId: string;
  kind: ResourceKind;
  arn: string;
  change: 'created' | 'restored' | 'ended';
}

/** What an event means for usage. */
export interface EventUsage {
  call?: CallCount;
  reads: SecretRead[];
  life: LifeChange[];
  /** A secret of this account whose tags changed. */
  tagged?: { arn: string; at: Date };
  /** The id of an earlier event that did not happen after all. */
  takenBack?: string;
}

const SECRET_TYPE = 'AWS::SecretsManager::Secret';
const KEY_TYPE = 'AWS::KMS::Key';

/** Charged for, whatever came of them; the calls of the other services are free. */
const PRODUCTS: Readonly<Record<string, Product>> = { secretsmanager: 'secret-calls', kms: 'key-calls' };
/** The service's fault, or a call that it did not take: nobody pays for these. */
const UNBILLED_ERRORS: ReadonlySet<string> = new Set([
  'InternalServiceError',
  'ServiceUnavailableException',
  'RequestTimeoutException',
  'ThrottlingException',
]);

const CHANGES: Readonly<Record<string, Pick<LifeChange, 'kind' | 'change'>>> = {
  'secretsmanager:CreateSecret': { kind: 'secret', change: 'created' },
  'secretsmanager:DeleteSecret': { kind: 'secret', change: 'ended' },
  'secretsmanager:RestoreSecret': { kind: 'secret', change: 'restored' },
  'secretsmanager:EndSecretVersionDelete': { kind: 'secret', change: 'ended' },
  'kms:CreateKey': { kind: 'key', change: 'created' },
  'kms:ScheduleKeyDeletion': { kind: 'key', change: 'ended' },
  'kms:CancelKeyDeletion': { kind: 'key', change: 'restored' },
  'kms:DeleteKey': { kind: 'key', change: 'ended' },
};
const READS: ReadonlySet<string> = new Set(['GetSecretValue', 'BatchGetSecretValue']);

const TAGGING: ReadonlySet<string> = new Set(['secretsmanager:TagResource', 'secretsmanager:UntagResource']);

/** Reads one event of an account's trail. Pure: the same event always means the same. */
export function usageOf(event: Event): EventUsage {
  const succeeded = event.errorCode === '';
  const superseded = event.responseElements['supersedesEventId'];
  return {
    call: callOf(event, superseded !== undefined),
    reads: succeeded && superseded === undefined ? readsOf(event) : [],
    life: succeeded ? changesOf(event) : [],
    tagged: succeeded ? taggedBy(event) : undefined,
    takenBack: succeeded ? undefined : superseded,
  };
}

/**
 * A call counts in its caller's trail, and with its caller's account: the trail of another account whose resource it used shows
 * it as well. What services do by themselves, and what strangers try, are no calls of an account.
 */
function callOf(event: Event, supersedes: boolean): CallCount | undefined {
  const { userIdentity, eventTime, recipientAccountId, errorCode, requestParameters } = event;
  const isCaller = userIdentity?.type === 'IAMUser' || userIdentity?.type === 'AssumedRole';
  if (!isCaller || !eventTime || userIdentity.accountId !== recipientAccountId) return undefined;
  const failed = errorCode !== '';
  // What is superseded has already been counted as a call.
  if (supersedes && !failed) return undefined;
  const repeats = Number(requestParameters['repeatCount'] ?? 1);
  const calls = supersedes ? 0 : Number.isSafeInteger(repeats) && repeats > 0 && failed ? repeats : 1;
  const secret = onlySecretOf(event);
  const isBilled = calls > 0 && !UNBILLED_ERRORS.has(errorCode);
  return {
    hour: hourOf(eventTime.getTime()),
    operation: operationOf(event),
    principal: principalOf(event),
    secret,
    isSecretProven: !failed || accountOf(secret) === recipientAccountId,
    calls,
    failed: failed ? Math.max(calls, 1) : 0,
    product: isBilled ? PRODUCTS[serviceOf(event.eventSource)] : undefined,
  };
}

function readsOf(event: Event): SecretRead[] {
  const { userIdentity, eventTime, eventSource, eventName, recipientAccountId, resources } = event;
  const isByPerson = userIdentity?.type === 'IAMUser' || userIdentity?.type === 'AssumedRole';
  if (!eventTime || !isByPerson || serviceOf(eventSource) !== 'secretsmanager' || !READS.has(eventName)) return [];
  return resources.flatMap(({ arn, type, versionId }) =>
    type !== SECRET_TYPE || versionId === ''
      ? []
      : [
          {
            at: eventTime,
            secret: arn,
            versionId,
            principal: principalOf(event),
            isOwnCall: userIdentity.accountId === recipientAccountId,
          },
        ],
  );
}

function changesOf(event: Event): LifeChange[] {
  const { eventTime, eventId, eventSource, eventName, recipientAccountId, resources } = event;
  const described = CHANGES[`${serviceOf(eventSource)}:${eventName}`];
  if (!described || !eventTime) return [];
  const arn = ownResource({ resources, recipientAccountId }, described.kind === 'secret' ? SECRET_TYPE : KEY_TYPE);
  return arn === undefined ? [] : [{ ...described, at: eventTime, eventId, arn }];
}

function taggedBy(event: Event): EventUsage['tagged'] {
  const { eventSource, eventName, eventTime } = event;
  if (!eventTime || !TAGGING.has(`${serviceOf(eventSource)}:${eventName}`)) return undefined;
  const arn = ownResource(event, SECRET_TYPE);
  return arn === undefined ? undefined : { arn, at: eventTime };
}

/** Its owner's trail tells of a resource. */
const ownResource = ({ resources, recipientAccountId }: Pick<Event, 'resources' | 'recipientAccountId'>, wanted: string) =>
  resources.find(({ arn, type }) => type === wanted && accountOf(arn) === recipientAccountId)?.arn;

/** A role's sessions have names without end, so the role stands for them. */
const principalOf = ({ userIdentity }: Event): string => userIdentity?.sessionIssuerArn || userIdentity?.arn || '';

const onlySecretOf = ({ resources }: Event): string => {
  const arns = new Set(resources.filter(({ type }) => type === SECRET_TYPE).map(({ arn }) => arn));
  return arns.size === 1 ? [...arns][0]! : '';
};

/** The account in an ARN; empty for other texts. */
export const accountOf = (arn: string): string => (arn.startsWith('arn:') ? (arn.split(':')[4] ?? '') : '');
