import { isDomainError } from '@strongroom/errors';
import type { KeyFactory } from './key-factory';
import {
  AUDIT_SERVICE,
  checkpointKeyPolicy,
  eventsKeyPolicy,
  NOTIFICATION_SERVICE,
  secretsManagerKeyPolicy,
  secretsManagerService,
  trailKeyPolicy,
} from './key-policy';
import type { KeyKind, KeyRecord } from './key-record';
import type { KeyReader, KeyStore } from './keys.port';

export const SECRETS_MANAGER_ALIAS = 'alias/aws/secretsmanager';

export const TRAIL_ALIAS = 'alias/aws/cloudtrail';

export const EVENTS_ALIAS = 'alias/aws/events';

export const CHECKPOINT_ALIAS = 'alias/aws/cloudtrail-checkpoints';

/** A key that Strongroom creates by itself. */
export interface DefaultKeyKind {
  alias: string;
  description: string;
  policy(accountId: string, region: string): string;
  /** The service for which it is, by its name in the audit trail. */
  service(region: string): string;
  /** Default: symmetric. */
  kind?: KeyKind;
}

export const secretsManagerKey: DefaultKeyKind = {
  alias: SECRETS_MANAGER_ALIAS,
  description: 'Default key that protects my secrets when no other key is defined',
  policy: secretsManagerKeyPolicy,
  service: secretsManagerService,
};

/** The key that seals the audit trail. */
export const trailKey: DefaultKeyKind = {
  alias: TRAIL_ALIAS,
  description: 'Default key that seals the audit trail',
  policy: trailKeyPolicy,
  service: () => AUDIT_SERVICE,
};

/** The key that seals what signs notifications. */
export const eventsKey: DefaultKeyKind = {
  alias: EVENTS_ALIAS,
  description: 'Default key that seals the secrets that sign notifications',
  policy: eventsKeyPolicy,
  service: () => NOTIFICATION_SERVICE,
};

/** The key that signs checkpoints of the audit trail. */
export const checkpointKey: DefaultKeyKind = {
  alias: CHECKPOINT_ALIAS,
  description: 'Default key that signs checkpoints of the audit trail',
  policy: checkpointKeyPolicy,
  service: () => AUDIT_SERVICE,
  kind: { spec: 'ECC_NIST_EDWARDS25519', usage: 'SIGN_VERIFY', origin: 'AWS_KMS' },
};

/** Records in the audit trail that Strongroom created a key by itself; the key is stored only if this resolves. */
export type RecordCreation = (key: KeyRecord) => Promise<void>;

/**
 * The default keys of each account: the one that encrypts its secrets unless they name another, and keys of other kinds. A key is
 * created when it is first needed.
 */
export class DefaultKeys {
  private readonly inTheMaking = new Map<string, Promise<KeyRecord>>();

  constructor(
    private readonly reader: KeyReader,
    private readonly store: KeyStore,
    private readonly factory: KeyFactory,
    private readonly region: string,
    private readonly recordCreation: RecordCreation,
    private readonly kind: DefaultKeyKind = secretsManagerKey,
  ) {}

  async of(accountId: string): Promise<KeyRecord> {
    return (await this.reader.byAlias(accountId, this.kind.alias)) ?? (await this.makeOnce(accountId));
  }

  /**
   * Within this process only one call at a time creates it; among processes the database decides, by the alias, which only one
   * key can have.
   */
  private makeOnce(accountId: string): Promise<KeyRecord> {
    let making = this.inTheMaking.get(accountId);
    if (!making) {
      making = this.make(accountId).finally(() => this.inTheMaking.delete(accountId));
      this.inTheMaking.set(accountId, making);
    }
    return making;
  }

  private async make(accountId: string): Promise<KeyRecord> {
    const made = this.factory.make({
      accountId,
      manager: 'AWS',
      description: this.kind.description,
      policy: this.kind.policy(accountId, this.region),
      tags: {},
      kind: this.kind.kind,
    });
    const key = await this.factory.withMaterial(made);
    try {
      await this.store.insert(key, this.kind.alias, { beforeCommit: () => this.recordCreation(key) });
      return { ...key, aliases: [this.kind.alias] };
    } catch (error) {
      const winner =
        isDomainError(error) && error.reason === 'AlreadyExistsException'
          ? await this.reader.byAlias(accountId, this.kind.alias)
          : undefined;
      if (!winner) throw error;
      return winner;
    }
  }
}
