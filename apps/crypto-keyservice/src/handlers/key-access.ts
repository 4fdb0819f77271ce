import { type Authorizer, type CallOrigin, PolicyCache } from '@strongroom/access';
import type { EncryptionContext } from '@strongroom/envelope';
import { accessDenied, type DomainError } from '@strongroom/errors';
import { contextByKey, type ContextValue } from '@strongroom/policy';
import { aliasNotFound, keyNotFound } from '../domain/key-errors';
import { defaultKeyPolicy } from '../domain/key-policy';
import { KEY_KIND, type KeyRecord } from '../domain/key-record';
import type { KeyTarget } from '../domain/key-target';

/** Condition keys, in lower case. */
export type KeyContext = Readonly<Record<string, ContextValue>>;

/** Decides who may do what with keys. It authorises before it reveals whether a key exists. */
export class KeyAccess {
  private readonly policies = new PolicyCache();

  constructor(private readonly authorizer: Authorizer) {}

  /**
   * Returns the key, if the caller may do this with it. For a key that does not exist, the policy of its account's default key
   * decides: a caller who could not use any key of the account is refused, and learns nothing.
   * @throws DomainError AccessDeniedException, NotFoundException
   */
  require(
    origin: CallOrigin,
    action: string,
    target: KeyTarget,
    key: KeyRecord | undefined,
    context: KeyContext = {},
  ): KeyRecord {
    const policy = key?.policy ?? defaultKeyPolicy(target.accountId);
    this.authorizer.require(origin, {
      action,
      resource: key?.arn ?? target.arn,
      resourceAccountId: target.accountId,
      resourcePolicy: this.policies.get(target.accountId, policy),
      keyPolicy: true,
      context: { ...contextOfKey(key), ...aliasContext(action, target), ...context, ...callerContext(origin) },
      resourceTags: key?.tags,
      resourceLabel: target.arn,
    });
    if (!key) throw target.alias === undefined ? keyNotFound(target.arn) : aliasNotFound(target.arn);
    return key;
  }

  /**
   * Returns the key that a ciphertext names, if the caller may decrypt with it. The error does not say whether the key is absent
   * or forbidden.
   * @throws DomainError AccessDeniedException
   */
  requireForCiphertext(origin: CallOrigin, key: KeyRecord | undefined, context: KeyContext, named?: KeyTarget): KeyRecord {
    const action = 'kms:Decrypt';
    if (!key || !this.allows(origin, action, key, { ...(named && aliasContext(action, named)), ...context })) {
      throw noKeyForCiphertext();
    }
    return key;
  }

  allows(origin: CallOrigin, action: string, key: KeyRecord, context: KeyContext = {}): boolean {
    return this.authorizer.decide(origin, {
      action,
      resource: key.arn,
      resourceAccountId: key.accountId,
      resourcePolicy: this.policies.get(key.accountId, key.policy),
      keyPolicy: true,
      context: { ...contextOfKey(key), ...context, ...callerContext(origin) },
      resourceTags: key.tags,
    }).allowed;
  }

  /** For operations without an existing key: the identity policies decide. @throws DomainError AccessDeniedException */
  requireOn(origin: CallOrigin, action: string, resource: string, resourceAccountId: string, context: KeyContext = {}): void {
    this.authorizer.require(origin, {
      action,
      resource,
      resourceAccountId,
      context: { ...context, ...callerContext(origin) },
    });
  }
}

/** The condition keys of an encryption context. */
export const contextKeys = (context: EncryptionContext): KeyContext => ({
  'kms:encryptioncontextkeys': Object.keys(context),
  ...contextByKey('kms:encryptioncontext:', Object.entries(context)),
});

/** The condition keys of a key, also of one that does not exist, so that no answer reveals which keys exist. */
export const contextOfKey = (key: KeyRecord | undefined): KeyContext => ({
  'kms:keyspec': KEY_KIND.keySpec,
  'kms:keyusage': KEY_KIND.keyUsage,
  'kms:keyorigin': KEY_KIND.origin,
  'kms:resourcealiases': key?.aliases,
});

/** The alias by which the request names the key; operations on an alias itself have none. */
const aliasContext = (action: string, { alias }: Pick<KeyTarget, 'alias'>): KeyContext =>
  alias === undefined || action.endsWith('Alias') ? {} : { 'kms:requestalias': alias };

const callerContext = ({ caller }: CallOrigin): KeyContext => ({ 'kms:calleraccount': caller.accountId });

const noKeyForCiphertext = (): DomainError =>
  accessDenied(
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
