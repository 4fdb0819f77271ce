import { isDomainError } from '@strongroom/errors';
import type { KeysCalls } from '@strongroom/client';
import { usageError } from '../../cli-error';

/** Any spelling of it stands for the account's default key. */
export const DEFAULT_KEY = 'alias/aws/secretsmanager';

/** The ARN of a key, null for the account's default key, undefined for none in particular; or why the key cannot be used. */
export type MappedKey = { arn: string | null | undefined } | { fault: string };

/** Which key encrypts a secret here. */
export class KeyMapping {
  private readonly byKey = new Map<string, string>();
  private otherwise: string | undefined;
  private readonly found = new Map<string, Promise<MappedKey>>();

  /**
   * @param options values of --kms-key: "NEW" for all secrets, or "OLD=NEW" for those that the source encrypts with OLD; NEW may
   *   be "default"
   * @throws CliError
   */
  constructor(
    options: readonly string[],
    private readonly keys: () => Promise<KeysCalls>,
  ) {
    for (const option of options) {
      const at = option.indexOf('=');
      const [old, key] = at < 0 ? [undefined, option] : [option.slice(0, at), option.slice(at + 1)];
      if (key === '' || old === '') throw usageError('--kms-key must be a key, or "key of the source=key".');
      if (old !== undefined) this.byKey.set(old, key);
      else if (this.otherwise === undefined) this.otherwise = key;
      else throw usageError('--kms-key: only one key can be that of all secrets; the others must be "key of the source=key".');
    }
  }

  of(sourceKey: string | undefined): Promise<MappedKey> {
    const key = (sourceKey === undefined ? undefined : this.byKey.get(sourceKey)) ?? this.otherwise ?? sourceKey;
    if (key === undefined) return Promise.resolve({ arn: undefined });
    if (key === 'default' || key === DEFAULT_KEY) return Promise.resolve({ arn: null });
    let found = this.found.get(key);
    if (found === undefined) this.found.set(key, (found = this.find(key)));
    return found;
  }

  private async find(keyId: string): Promise<MappedKey> {
    try {
      const { keyMetadata } = await (await this.keys()).describeKey({ keyId });
      return { arn: keyMetadata!.arn };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      // Whoever may use a key need not be allowed to look at it: the write will tell.
      if (error.kind === 'permission-denied') return { arn: keyId };
      if (error.kind !== 'not-found' && error.kind !== 'invalid-argument') throw error;
      return {
        fault: `Its key ${keyId} does not exist here: give --kms-key ${keyId}=<key>, or --kms-key ${keyId}=default.`,
      };
    }
  }
}
