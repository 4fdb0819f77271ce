import { type Authorizer, type CallOrigin, PolicyCache } from '@strongroom/access';
import type { EncryptionContext } from '@strongroom/envelope';
import { accessDenied, type DomainError } from '@strongroom/errors';
import { contextByKey, type ContextValue } from '@strongroom/policy';
import { aliasNotFound, keyNotFound } from '../domain/key-errors';
import { defaultKeyPolicy } from '../domain/key-policy';
import type { KeyOperationName } from '../domain/key-operations';
import { SYMMETRIC, type KeyRecord } from '../domain/key-record';
import type { KeyTarget } from '../domain/key-target';

/** Condition keys, in lower case. */
export type KeyContext = Readonly<Record<string, ContextValue>>;

/** What a request says about its use of a key, beside the key. */
export interface KeyUse {
  /** Condition keys that only this operation has. */
  conditions?: KeyContext;
  encryptionContext?: EncryptionContext;
  grantTokens?: readonly string[];
}

/** Decides who may do what with keys. It authorises before it reveals whether a key exists. */
export class KeyAccess {
  private readonly policies = new PolicyCache();

  constructor(private readonly authorizer: Authorizer) {}

  /**
   * Returns the key, if the caller may do this with it. For a key that does not exist, the policy of its account's default key
   * decides: a caller who could not use any key of the account is refused, and learns nothing.
   * @throws DomainError AccessDeniedException, NotFoundException
   */
  async require(
    origin: CallOrigin,
    operation: KeyOperationName,
    target: KeyTarget,
    key: KeyRecord | undefined,
    use: KeyUse = {},
  ): Promise<KeyRecord> {
    const policy = key?.policy ?? defaultKeyPolicy(target.accountId);
    this.authorizer.require(origin, {
      action: `kms:${operation}`,
      resource: key?.arn ?? target.arn,
      resourceAccountId: target.accountId,
      resourcePolicy: this.policies.get(target.accountId, policy),
      keyPolicy: true,
      context: { ...contextOfKey(key), ...aliasContext(operation, target), ...contextOfUse(use), ...this.callerContext(origin) },
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
  async requireForCiphertext(
    origin: CallOrigin,
    operation: 'Decrypt' | 'ReEncryptFrom',
    key: KeyRecord | undefined,
    use: KeyUse,
    named?: KeyTarget,
  ): Promise<KeyRecord> {
    if (!key || !this.allows(origin, operation, key, use, named)) throw noKeyForCiphertext();
    return key;
  }

  /** What the policies say, without grants. */
  allows(origin: CallOrigin, operation: KeyOperationName, key: KeyRecord, use: KeyUse = {}, named?: KeyTarget): boolean {
    return this.authorizer.decide(origin, {
      action: `kms:${operation}`,
      resource: key.arn,
      resourceAccountId: key.accountId,
      resourcePolicy: this.policies.get(key.accountId, key.policy),
      keyPolicy: true,
      context: {
        ...contextOfKey(key),
        ...(named && aliasContext(operation, named)),
        ...contextOfUse(use),
        ...this.callerContext(origin),
      },
      resourceTags: key.tags,
    }).allowed;
  }

  /** For operations without an existing key: the identity policies decide. @throws DomainError AccessDeniedException */
  requireOn(origin: CallOrigin, action: string, resource: string, resourceAccountId: string, context: KeyContext = {}): void {
    this.authorizer.require(origin, {
      action,
      resource,
      resourceAccountId,
      context: { ...context, ...this.callerContext(origin) },
    });
  }

  private callerContext({ caller, via }: CallOrigin): KeyContext {
    return { 'kms:calleraccount': caller.accountId, 'kms:viaservice': via && `${via}.${this.authorizer.region}.amazonaws.com` };
  }
}

/** The condition keys of an encryption context. */
const contextKeys = (context: EncryptionContext): KeyContext => ({
  'kms:encryptioncontextkeys': Object.keys(context),
  ...contextByKey('kms:encryptioncontext:', Object.entries(context)),
});

const contextOfUse = ({ conditions, encryptionContext }: KeyUse): KeyContext => ({
  ...(encryptionContext && contextKeys(encryptionContext)),
  ...conditions,
});

/** The condition keys of a key, also of one that does not exist, so that no answer reveals which keys exist. */
export const contextOfKey = (key: KeyRecord | undefined): KeyContext => {
  const { spec, usage, origin } = key ?? SYMMETRIC;
  return {
    'kms:keyspec': spec,
    'kms:keyusage': usage,
    'kms:keyorigin': origin,
    'kms:multiregion': 'false',
    'kms:resourcealiases': key?.aliases,
  };
};

/** The alias by which the request names the key; operations on an alias itself have none. */
const aliasContext = (operation: string, { alias }: Pick<KeyTarget, 'alias'>): KeyContext =>
  alias === undefined || operation.endsWith('Alias') ? {} : { 'kms:requestalias': alias };

const noKeyForCiphertext = (): DomainError =>
  accessDenied(
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
