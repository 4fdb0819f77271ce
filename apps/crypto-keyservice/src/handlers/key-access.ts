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

/** Who may do what with keys. Asks before it tells whether there is such a key. */
export class KeyAccess {
  private readonly policies = new PolicyCache();

  constructor(private readonly authorizer: Authorizer) {}

  /**
   * The key, if the caller may do this with it. For a key that does not exist the question is what its account's default key
   * policy would say: who could not use any key of the account is refused, and learns nothing.
   *
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
   * The key that a ciphertext names, if the caller may decrypt with it. Whether it is absent or forbidden is not told.
   *
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

  /** For what concerns no existing key: the identity policies decide. @throws DomainError AccessDeniedException */
  requireOn(origin: CallOrigin, action: string, resource: string, resourceAccountId: string, context: KeyContext = {}): void {
    this.authorizer.require(origin, {
      action,
      resource,
      resourceAccountId,
      context: { ...context, ...callerContext(origin) },
    });
  }
}

/** What policies may ask about an encryption context. */
export const contextKeys = (context: EncryptionContext): KeyContext => ({
  'kms:encryptioncontextkeys': Object.keys(context),
  ...contextByKey('kms:encryptioncontext:', Object.entries(context)),
});

/** What policies may ask about a key: of one that does not exist as well, so that no answer tells which of them do. */
export const contextOfKey = (key: KeyRecord | undefined): KeyContext => ({
  'kms:keyspec': KEY_KIND.keySpec,
  'kms:keyusage': KEY_KIND.keyUsage,
  'kms:keyorigin': KEY_KIND.origin,
  'kms:resourcealiases': key?.aliases,
});

/** The alias that a key was named by; what is done to the alias itself names none by it. */
const aliasContext = (action: string, { alias }: Pick<KeyTarget, 'alias'>): KeyContext =>
  alias === undefined || action.endsWith('Alias') ? {} : { 'kms:requestalias': alias };

const callerContext = ({ caller }: CallOrigin): KeyContext => ({ 'kms:calleraccount': caller.accountId });

const noKeyForCiphertext = (): DomainError =>
  accessDenied(
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
