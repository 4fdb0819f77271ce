import type { SecretValue } from '@strongroom/envelope';
import type { AccessLog } from './access-log.port';
import type { SealedValue, Secret, Version } from './secret';
import { labelNotFound, markedForDeletion, stageNotOnVersion, versionNotFound } from './secret-errors';
import type { FoundSecret, VersionSelection } from './secret-reader.port';
import type { KeyScope, SecretVault } from './secret-vault';

/** The version that a read selects. */
export interface VersionQuestion {
  versionId?: string;
  label: string;
  /** Whether the request names the label; otherwise it is the default, and does not count beside a version id. */
  labelGiven: boolean;
}

/** The selected version, by one key: a version id finds it, and the label is then compared. */
export function selectionOf({ versionId, label }: VersionQuestion): VersionSelection {
  return versionId === undefined ? { label } : { versionId };
}

export interface ReadValue {
  version: Omit<Version, 'sealed'>;
  value: SecretValue;
}

/** Opens values of secrets that were found and that the caller may read. */
export class ValueReader {
  constructor(
    private readonly vault: SecretVault,
    private readonly accesses: AccessLog,
  ) {}

  /** @throws InvalidRequestException, ResourceNotFoundException, DecryptionFailure, or ServiceUnavailableException */
  async read(found: FoundSecret, question: VersionQuestion, scope: KeyScope): Promise<ReadValue> {
    const version = selectVersion(found, question);
    return { version, value: await this.open(found.secret, version, scope) };
  }

  /**
   * By the time it returns its promise, it has told the scope which key it uses.
   * @throws DecryptionFailure, AccessDeniedException, or ServiceUnavailableException
   */
  async open(secret: Secret, { versionId, sealed }: SelectedVersion, scope: KeyScope): Promise<SecretValue> {
    const value = await this.vault.open(sealed, { secretArn: secret.arn, secretVersionId: versionId }, scope);
    this.accesses.touch({ secretId: secret.id, versionId, accountId: secret.accountId });
    return value;
  }
}

/** A version that has a value. */
export type SelectedVersion = Version & { sealed: SealedValue };

/** @throws InvalidRequestException, or ResourceNotFoundException */
export function selectVersion(
  { secret, version }: FoundSecret,
  { versionId, label, labelGiven }: VersionQuestion,
): SelectedVersion {
  if (secret.deletion) throw markedForDeletion();
  // A pending version exists before it has a value.
  if (!version?.sealed) throw versionId === undefined ? labelNotFound(label) : versionNotFound(versionId);
  if (labelGiven && secret.labels.get(label) !== version.versionId) throw stageNotOnVersion();
  return { ...version, sealed: version.sealed };
}
