import { keyBlobPrefix } from '@strongroom/envelope';
import { DomainError, isDomainError } from '@strongroom/errors';
import { SeededRandom } from '@strongroom/random';
import type { DataKey, DataKeys, DataKeyUse } from './data-keys.port';

export const DEFAULT_KEY = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000';

interface Wrapped {
  plaintext: Buffer;
  keyArn: string;
  context: string;
}

/** A key service in memory, with the real rules about places and states, and KMS's errors. */
export class FakeDataKeys implements DataKeys {
  /** By key id or alias as callers name it: the key's ARN. */
  readonly keys = new Map<string, string>();
  /** The error for every use of a key (by ARN). */
  readonly failures = new Map<string, DomainError>();
  /** The error for every use of any key. */
  outage: DomainError | undefined;
  generated = 0;
  decrypted = 0;
  reEncrypted = 0;
  /** By the key's ARN, where it is not the first. */
  readonly materials = new Map<string, number>();
  private readonly wrapped = new Map<string, Wrapped>();
  private readonly random = new SeededRandom('data keys');

  async generate(keyId: string, { place }: DataKeyUse): Promise<DataKey & { wrapped: Buffer }> {
    const keyArn = keyId === '' ? DEFAULT_KEY : (this.keys.get(keyId) ?? this.arnOf(keyId));
    if (keyArn === undefined) throw kmsError('not-found', 'NotFoundException');
    this.refuse(keyArn);
    this.generated++;
    const plaintext = this.random.bytes(32);
    const wrapped = this.wrap({ plaintext: Buffer.from(plaintext), keyArn, context: JSON.stringify(place) });
    return { plaintext, keyArn, wrapped };
  }

  async decrypt(wrapped: Buffer, { place }: DataKeyUse): Promise<DataKey> {
    const { plaintext, keyArn } = this.open(wrapped, place);
    this.decrypted++;
    return { plaintext: Buffer.from(plaintext), keyArn };
  }

  async reEncrypt(wrapped: Buffer, { place }: Omit<DataKeyUse, 'caller'>): Promise<Buffer> {
    const opened = this.open(wrapped, place);
    this.reEncrypted++;
    return this.wrap(opened);
  }

  /** Gives the key new material. */
  rotate(keyArn: string): void {
    this.materials.set(keyArn, this.materialOf(keyArn) + 1);
  }

  materialOf(keyArn: string): number {
    return this.materials.get(keyArn) ?? 1;
  }

  /** Creates a key that callers can name by its alias or its ARN. */
  add(alias: string, id: string): string {
    const arn = `arn:aws:kms:us-east-1:000000000000:key/${id}`;
    this.keys.set(alias, arn);
    return arn;
  }

  /** With the header that the real service writes. */
  private wrap(wrapped: Wrapped): Buffer {
    const { keyArn } = wrapped;
    const header = keyBlobPrefix({ keyId: keyArn.slice(-36), materialVersion: this.materialOf(keyArn) });
    const blob = Buffer.concat([header, this.random.bytes(112)]);
    this.wrapped.set(bodyOf(blob), wrapped);
    return blob;
  }

  private open(wrapped: Buffer, place: DataKeyUse['place']): Wrapped {
    const found = this.wrapped.get(bodyOf(wrapped));
    if (!found || found.context !== JSON.stringify(place)) throw kmsError('invalid-argument', 'InvalidCiphertextException');
    this.refuse(found.keyArn);
    return found;
  }

  private arnOf(keyId: string): string | undefined {
    return [...this.keys.values()].find((arn) => arn === keyId);
  }

  private refuse(keyArn: string): void {
    const failure = this.outage ?? this.failures.get(keyArn);
    if (isDomainError(failure)) throw failure;
  }
}

/** It opens blobs of every version of the format. */
const bodyOf = (blob: Buffer): string => blob.toString('hex', 1);

export function kmsError(kind: DomainError['kind'], reason: string): DomainError {
  return new DomainError({ kind, reason, message: `${reason} of the key service` });
}
