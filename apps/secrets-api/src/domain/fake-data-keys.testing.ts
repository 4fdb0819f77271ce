import { DomainError, isDomainError } from '@strongroom/errors';
import { SeededRandom } from '@strongroom/random';
import type { DataKey, DataKeys, DataKeyUse } from './data-keys.port';

const DEFAULT_KEY = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000';

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
  private readonly wrapped = new Map<string, Wrapped>();
  private readonly random = new SeededRandom('data keys');

  async generate(keyId: string, { place }: DataKeyUse): Promise<DataKey & { wrapped: Buffer }> {
    const keyArn = keyId === '' ? DEFAULT_KEY : (this.keys.get(keyId) ?? this.arnOf(keyId));
    if (keyArn === undefined) throw kmsError('not-found', 'NotFoundException');
    this.refuse(keyArn);
    this.generated++;
    const wrapped = this.random.bytes(64);
    const plaintext = this.random.bytes(32);
    this.wrapped.set(wrapped.toString('hex'), { plaintext: Buffer.from(plaintext), keyArn, context: JSON.stringify(place) });
    return { plaintext, keyArn, wrapped };
  }

  async decrypt(wrapped: Buffer, { place }: DataKeyUse): Promise<DataKey> {
    const found = this.wrapped.get(wrapped.toString('hex'));
    if (!found || found.context !== JSON.stringify(place)) throw kmsError('invalid-argument', 'InvalidCiphertextException');
    this.refuse(found.keyArn);
    this.decrypted++;
    return { plaintext: Buffer.from(found.plaintext), keyArn: found.keyArn };
  }

  /** Creates a key that callers can name by its alias or its ARN. */
  add(alias: string, id: string): string {
    const arn = `arn:aws:kms:us-east-1:000000000000:key/${id}`;
    this.keys.set(alias, arn);
    return arn;
  }

  private arnOf(keyId: string): string | undefined {
    return [...this.keys.values()].find((arn) => arn === keyId);
  }

  private refuse(keyArn: string): void {
    const failure = this.outage ?? this.failures.get(keyArn);
    if (isDomainError(failure)) throw failure;
  }
}

export function kmsError(kind: DomainError['kind'], reason: string): DomainError {
  return new DomainError({ kind, reason, message: `${reason} of the key service` });
}
