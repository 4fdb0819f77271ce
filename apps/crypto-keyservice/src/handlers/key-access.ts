import {
  type AccessCheck,
  type Authorizer,
  type CallOrigin,
  contextOfKey as contextOfCheckedKey,
  contextOfKmsCaller,
  keyCheck,
  PolicyCache,
} from '@strongroom/access';
import type { EncryptionContext } from '@strongroom/envelope';
import { accessDenied, type DomainError } from '@strongroom/errors';
import { contextByKey, type ContextValue, type Decision } from '@strongroom/policy';
import type { Grant } from '../domain/grant';
import type { GrantedUse } from '../domain/grant-limits';
import type { GrantReader } from '../domain/grants.port';
import { aliasNotFound, grantNotFound, keyNotFound } from '../domain/key-errors';
import { defaultKeyPolicy } from '../domain/key-policy';
import type { KeyOperationName } from '../domain/key-operations';
import { SYMMETRIC, type KeyRecord } from '../domain/key-record';
import type { KeyTarget } from '../domain/key-target';
import { GrantAccess, policyOfRetirement } from './grant-access';

/** Condition keys, in lower case. */
export type KeyContext = Readonly<Record<string, ContextValue>>;

/** What a request says about its use of a key, beside the key. */
export interface KeyUse extends GrantedUse {
  /** Condition keys that only this operation has. */
  conditions?: KeyContext;
  grantTokens?: readonly string[];
}

/** Decides who may do what with keys. It authorises before it reveals whether a key exists. */
export class KeyAccess {
  private readonly policies = new PolicyCache();
  private readonly grants: GrantAccess;

  constructor(
    private readonly authorizer: Authorizer,
    grants: GrantReader,
  ) {
    this.grants = new GrantAccess(grants);
  }

  /**
   * Returns the key, if policies or grants let the caller do this with it. For a key that does not exist, the policy of its
   * account's default key decides: a caller who could not use any key of the account is refused, and learns nothing.
   * @throws DomainError AccessDeniedException, NotFoundException, InvalidGrantTokenException
   */
  async require(
    origin: CallOrigin,
    operation: KeyOperationName,
    target: KeyTarget,
    key: KeyRecord | undefined,
    use: KeyUse = {},
  ): Promise<KeyRecord> {
    if (use.grantTokens && use.grantTokens.length > 0) await this.grants.requireTokens(use.grantTokens);
    const check = this.checkOf(origin, operation, target, key, use);
    const decision = this.authorizer.decide(origin, check);
    if (!decision.allowed && !(await this.isGranted(origin, operation, check, decision, key, use))) {
      throw this.authorizer.refusal(origin, check, decision);
    }
    return requireFound(key, target);
  }

  /**
   * Returns the key that a ciphertext names, if the caller may decrypt with it. The error does not say whether the key is absent
   * or forbidden.
   * @throws DomainError AccessDeniedException, InvalidGrantTokenException
   */
  async requireForCiphertext(
    origin: CallOrigin,
    operation: 'Decrypt' | 'ReEncryptFrom',
    key: KeyRecord | undefined,
    use: KeyUse,
    named?: KeyTarget,
  ): Promise<KeyRecord> {
    if (use.grantTokens && use.grantTokens.length > 0) await this.grants.requireTokens(use.grantTokens);
    const check = this.checkOf(origin, operation, named, key, use);
    const decision = this.authorizer.decide(origin, check);
    const allowed = (key && decision.allowed) || (await this.isGranted(origin, operation, check, decision, key, use));
    if (!key || !allowed) throw noKeyForCiphertext();
    return key;
  }

  /**
   * Returns the grant, if the caller may retire it: the grant itself says who may, and no key policy can.
   * @throws DomainError AccessDeniedException, NotFoundException
   */
  requireRetirement(
    origin: CallOrigin,
    target: KeyTarget,
    key: KeyRecord | undefined,
    grantId: string,
    grant: Grant | undefined,
  ): Grant {
    const check = this.checkOf(origin, 'RetireGrant', target, key, {});
    const policies = this.authorizer.decide(origin, check);
    const decision =
      policies.reason === 'explicit-deny'
        ? policies
        : this.authorizer.decide(origin, this.granting(check, policyOfRetirement(target.accountId, grant)));
    if (!decision.allowed) throw this.authorizer.refusal(origin, check, decision);
    requireFound(key, target);
    if (!grant) throw grantNotFound(grantId);
    return grant;
  }

  /** What the policies say, without grants. */
  allows(origin: CallOrigin, operation: KeyOperationName, key: KeyRecord, use: KeyUse = {}): boolean {
    return this.authorizer.decide(origin, this.checkOf(origin, operation, undefined, key, use)).allowed;
  }

  /**
   * Whether grants allow what policies do not. They are read after every refusal, whatever its reason and whether or not the key
   * exists, so that all refusals are the same work.
   */
  private async isGranted(
    origin: CallOrigin,
    operation: KeyOperationName,
    check: AccessCheck,
    { reason }: Decision,
    key: KeyRecord | undefined,
    use: KeyUse,
  ): Promise<boolean> {
    const policy = await this.grants.policyFor(origin.caller, operation, key?.keyId ?? '', use);
    if (policy === undefined || reason === 'explicit-deny') return false;
    return this.authorizer.decide(origin, this.granting(check, policy)).allowed;
  }

  private granting(check: AccessCheck, policy: string): AccessCheck {
    return { ...check, grants: true, resourcePolicy: this.policies.get(check.resourceAccountId, policy) };
  }

  private checkOf(
    origin: CallOrigin,
    operation: KeyOperationName,
    target: KeyTarget | undefined,
    key: KeyRecord | undefined,
    use: KeyUse,
  ): AccessCheck {
    const accountId = key?.accountId ?? target?.accountId ?? origin.caller.accountId;
    return keyCheck(origin, {
      operation,
      arn: key?.arn ?? target?.arn ?? '*',
      accountId,
      region: this.authorizer.region,
      policy: this.policies.get(accountId, key?.policy ?? defaultKeyPolicy(accountId)),
      key: key ?? SYMMETRIC,
      tags: key?.tags,
      context: { ...(target && aliasContext(operation, target)), ...contextOfUse(use) },
      label: target?.arn,
    });
  }

  /** For operations without an existing key: the identity policies decide. @throws DomainError AccessDeniedException */
  requireOn(origin: CallOrigin, action: string, resource: string, resourceAccountId: string, context: KeyContext = {}): void {
    this.authorizer.require(origin, {
      action,
      resource,
      resourceAccountId,
      context: { ...context, ...contextOfKmsCaller(origin, this.authorizer.region) },
    });
  }
}

/** The condition keys of an encryption context. */
export const contextKeys = (context: EncryptionContext): KeyContext => ({
  'kms:encryptioncontextkeys': Object.keys(context),
  ...contextByKey('kms:encryptioncontext:', Object.entries(context)),
});

const contextOfUse = ({ conditions, encryptionContext, sourceArn }: KeyUse): KeyContext => ({
  ...(encryptionContext && contextKeys(encryptionContext)),
  ...(sourceArn !== undefined && { 'aws:sourcearn': sourceArn }),
  ...conditions,
});

/** The condition keys of a key, also of one that does not exist, so that no answer reveals which keys exist. */
export const contextOfKey = (key: KeyRecord | undefined): KeyContext => contextOfCheckedKey(key ?? SYMMETRIC);

/** The alias by which the request names the key; operations on an alias itself have none. */
const aliasContext = (operation: string, { alias }: Pick<KeyTarget, 'alias'>): KeyContext =>
  alias === undefined || operation.endsWith('Alias') ? {} : { 'kms:requestalias': alias };

function requireFound(key: KeyRecord | undefined, { alias, arn }: KeyTarget): KeyRecord {
  if (!key) throw alias === undefined ? keyNotFound(arn) : aliasNotFound(arn);
  return key;
}

const noKeyForCiphertext = (): DomainError =>
  accessDenied(
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
