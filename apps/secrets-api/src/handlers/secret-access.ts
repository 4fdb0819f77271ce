import {
  type AccessCheck,
  type Authorizer,
  type Caller,
  type CallOrigin,
  type PolicyCache,
  secretCheck,
} from '@strongroom/access';
import { type AuditedCall, auditOf } from '@strongroom/audit-trail';
import { accessDenied } from '@strongroom/errors';
import type { CallContext } from '@strongroom/grpc-kit';
import type { CompiledPolicy, ContextValue } from '@strongroom/policy';
import { functionNotInvokable } from '../domain/rotation/rotation-errors';
import { accountOfFunction, arnOfFunction, isBuiltInFunction } from '../domain/rotation/rotation-function-name';
import type { Secret } from '../domain/secret';
import { secretNotFound } from '../domain/secret-errors';
import type { FoundSecret, SecretReader, VersionSelection } from '../domain/secret-reader.port';
import { readSecretId, type SecretTarget } from '../domain/secret-reference';

export type Call = CallContext<Caller>;

/** Condition keys of one operation, in lower case. */
export type RequestContext = Readonly<Record<string, ContextValue>>;

/** What a SecretId refers to: a secret, or nothing. Nobody learns which before they are authorised. */
export interface Located {
  target: SecretTarget;
  found: FoundSecret | undefined;
}

export const SECRET_TYPE = 'AWS::SecretsManager::Secret';
export const KEY_TYPE = 'AWS::KMS::Key';

/** The actions on a secret that a change of its tags may take from the caller who makes it. */
const SECRET_ACTIONS = [
  'DescribeSecret',
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecret',
  'DeleteSecret',
  'RestoreSecret',
  'UpdateSecretVersionStage',
  'RotateSecret',
  'CancelRotateSecret',
  'ListSecretVersionIds',
  'GetResourcePolicy',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
  'TagResource',
  'UntagResource',
] as const;

/** Finds secrets and decides who may do what with them, in this order and always with the same work. */
export class SecretAccess {
  constructor(
    private readonly reader: SecretReader,
    private readonly authorizer: Authorizer,
    private readonly policies: PolicyCache,
    private readonly region: string,
  ) {}

  /** One database read, whatever it finds. @throws InvalidParameterException */
  locate(call: Pick<CallOrigin, 'caller'>, secretId: string, selection?: VersionSelection): Promise<Located> {
    return this.locateFor(call.caller.accountId, secretId, selection);
  }

  /** As `locate`, but a bare name refers to an account that is not the caller's. */
  async locateFor(accountId: string, secretId: string, selection?: VersionSelection, field?: string): Promise<Located> {
    const target = readSecretId(secretId, { accountId, region: this.region }, field);
    const readings = await Promise.all(target.keys.map((key) => this.reader.find(key, selection)));
    return { target, found: readings.find((found) => found?.secret.region === this.region) };
  }

  /** `locate` and `require` for an operation on one secret, which the call's audit event then names. */
  async open(
    call: Call,
    action: string,
    secretId: string,
    options: { selection?: VersionSelection; context?: RequestContext } = {},
  ): Promise<FoundSecret> {
    const located = await this.locate(call, secretId, options.selection);
    this.auditTarget(call, located);
    const found = this.require(call, action, located, options.context);
    this.auditFound(call, located);
    return found;
  }

  /** The subject of the call, as far as its caller's account may know it: for another account's secret, what the caller wrote. */
  auditTarget(call: AuditedCall, { target, found }: Located): void {
    auditOf(call).parameter('secretId', target.requested);
    this.auditResource(call, { target, found });
  }

  /** As `auditTarget`, for one of several. */
  auditResource(call: AuditedCall, { target, found }: Located): void {
    const isOwn = target.accountId === call.caller?.accountId;
    auditOf(call).resource((isOwn && found?.secret.arn) || target.requested, SECRET_TYPE);
  }

  /** The caller was permitted, so the call is also recorded in the trail of the secret's account. */
  auditFound(call: AuditedCall, { target, found }: Located): void {
    if (!found) return;
    const audit = auditOf(call);
    audit.account(found.secret.accountId);
    audit.resourceIs(found.secret.arn, SECRET_TYPE, target.requested);
  }

  /** @throws AccessDeniedException, or ResourceNotFoundException for callers who may know it */
  require(call: CallOrigin, action: string, located: Located, context?: RequestContext): FoundSecret {
    const found = this.permit(call, action, located, context);
    if (!found) throw secretNotFound();
    return found;
  }

  /** As `require`, but for an absent secret it only checks that the caller could do this if the secret existed. */
  permit(call: CallOrigin, action: string, { target, found }: Located, context?: RequestContext): FoundSecret | undefined {
    const actual = this.check(action, target, found?.secret, context);
    const { allowed } = this.authorizer.decide(call, actual);
    if (!allowed) {
      // A caller who would be refused if the secret did not exist gets exactly that refusal, so it reveals nothing.
      this.authorizer.require(call, this.check(action, target, undefined, context));
      this.authorizer.require(call, actual);
    }
    return found;
  }

  /** Whether the caller could read the value of AWSCURRENT. */
  mayRead(call: CallOrigin, { target, found }: Located): boolean {
    return this.authorizer.decide(call, this.check('GetSecretValue', target, found?.secret)).allowed;
  }

  /** Refuses new tags that would take from the caller an action that the old ones allow. */
  requireKept(call: Call, secret: Secret, tags: ReadonlyMap<string, string>, context: RequestContext): void {
    const target = targetOf(secret);
    for (const action of SECRET_ACTIONS) {
      const given = action === call.operation ? context : undefined;
      const before = this.authorizer.decide(call, this.check(action, target, secret, given));
      const after = this.authorizer.decide(call, this.check(action, target, { ...secret, tags }, given));
      if (before.allowed && !after.allowed) {
        throw accessDenied(`With these tags you would lose your own permission secretsmanager:${action} for this secret.`);
      }
    }
  }

  /**
   * Whether the caller could still change the secret's policy if it were this one, with the same request or another one in this
   * context.
   */
  couldChangePolicy(call: Call, secret: Secret, policy: CompiledPolicy, context: RequestContext): boolean {
    const check = this.check('PutResourcePolicy', targetOf(secret), secret, context);
    return this.authorizer.decide(call, { ...check, resourcePolicy: policy }).allowed;
  }

  /**
   * A caller who has a custom function invoked needs the right to invoke it, whether the request names it or the secret already
   * has it. A function that does not exist and one that the caller may not invoke are refused with the same words, the latter
   * before anybody checks whether it exists. Built-in functions belong to Strongroom and do only what the secret's value allows.
   */
  requireInvokable(call: CallOrigin, secret: Secret, name: string | undefined): void {
    const functionArn = name === undefined ? secret.rotation?.functionArn : arnOfFunction(name, secret);
    if (functionArn === undefined || isBuiltInFunction(functionArn, secret)) return;
    const check = { action: 'lambda:InvokeFunction', resource: functionArn, resourceAccountId: accountOfFunction(functionArn) };
    if (!this.authorizer.decide(call, check).allowed) throw functionNotInvokable();
  }

  private check(action: string, target: SecretTarget, secret: Secret | undefined, context?: RequestContext): AccessCheck {
    return secretCheck({
      action,
      arn: secret?.arn ?? target.placeholderArn,
      accountId: target.accountId,
      region: this.region,
      policy: secret?.resourcePolicy === undefined ? undefined : this.policies.get(secret.accountId, secret.resourcePolicy),
      tags: secret?.tags,
      rotationFunctionArn: secret?.rotation?.functionArn,
      context,
      label: target.requested,
    });
  }
}

const targetOf = ({ arn, accountId }: Secret): SecretTarget => ({ requested: arn, accountId, keys: [], placeholderArn: arn });
