import { forget, identityOfRootKey, KEY_LENGTH, type RootKey } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';

const PREFIX = 'AGE-SECRET-KEY-PQ-';
/** The work of scrypt, as a power of two: half a second, and 128 MiB of memory, since it runs beside a service of 512 MiB. */
const WORK_FACTOR = 17;

/**
 * The age identity of a provider: 32 bytes from which the private keys of ML-KEM-768 and X25519 are derived. It can be neither
 * printed nor serialised. The library takes identities and passphrases as strings, which nobody can erase; here they live no
 * longer than a call.
 */
export class ProviderIdentity {
  readonly #seed: Buffer;

  private constructor(seed: Buffer) {
    if (seed.length !== KEY_LENGTH) throw new RangeError(`an identity must have ${KEY_LENGTH} bytes`);
    this.#seed = seed;
  }

  static generate(random: RandomSource): ProviderIdentity {
    return ProviderIdentity.fromBytes(random.bytes(KEY_LENGTH));
  }

  /** Copies the bytes, so the caller can and should erase its own. */
  static fromBytes(bytes: Uint8Array): ProviderIdentity {
    const copy = Buffer.alloc(bytes.length);
    copy.set(bytes);
    return new ProviderIdentity(copy);
  }

  /** Of a file whose content was the root key itself. */
  static ofRootKey(rootKey: RootKey): ProviderIdentity {
    return new ProviderIdentity(identityOfRootKey(rootKey));
  }

  /**
   * Reads the text of an identity file, as `age-keygen -pq` writes it: lines that start with `#`, and one with the identity.
   *
   * @throws RangeError that says what the text must hold, and nothing of what it holds
   */
  static async parse(text: string): Promise<ProviderIdentity> {
    const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    const { bech32 } = await base();
    try {
      if (lines.length !== 1) throw new RangeError();
      const { prefix, bytes } = bech32.decodeToBytes(lines[0]!);
      if (prefix.toUpperCase() !== PREFIX) throw new RangeError();
      return new ProviderIdentity(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch {
      throw new RangeError(`must hold one age identity, ${PREFIX}1…`);
    }
  }

  /** The line of an identity file. */
  async text(): Promise<string> {
    return (await base()).bech32.encodeFromBytes(PREFIX, this.#seed).toUpperCase();
  }

  /** `age1pq1…`, which is public. */
  async recipient(): Promise<string> {
    return (await age()).identityToRecipient(await this.text());
  }

  /** What is encrypted in an age file to this identity's recipient. @throws Error */
  async decrypt(file: Uint8Array): Promise<Buffer> {
    const decrypter = new (await age()).Decrypter();
    decrypter.addIdentity(await this.text());
    return asBuffer(await decrypter.decrypt(file));
  }

  copyBytes(): Buffer {
    const copy = Buffer.alloc(KEY_LENGTH);
    this.#seed.copy(copy);
    return copy;
  }

  forget(): void {
    forget(this.#seed);
  }
}

/** An age file that the recipient's identity opens. @throws Error for text that is no recipient */
export async function encryptTo(recipient: string, bytes: Uint8Array): Promise<Buffer> {
  const encrypter = new (await age()).Encrypter();
  encrypter.addRecipient(recipient);
  return asBuffer(await encrypter.encrypt(bytes));
}

/** An identity file as `age -p` encrypts it: `age -d -i` asks for the passphrase and takes it. */
export async function lockIdentity(identity: ProviderIdentity, passphrase: Buffer, workFactor = WORK_FACTOR): Promise<Buffer> {
  const encrypter = new (await age()).Encrypter();
  encrypter.setPassphrase(passphrase.toString('utf8'));
  encrypter.setScryptWorkFactor(workFactor);
  return asBuffer(await encrypter.encrypt(`${await identity.text()}\n`));
}

/** @throws RangeError when the passphrase is wrong, or the file was changed */
export async function unlockIdentity(file: Uint8Array, passphrase: Buffer): Promise<ProviderIdentity> {
  const decrypter = new (await age()).Decrypter();
  decrypter.addPassphrase(passphrase.toString('utf8'));
  let text: Uint8Array;
  try {
    text = await decrypter.decrypt(file);
  } catch {
    throw new RangeError('the passphrase is wrong');
  }
  try {
    return await ProviderIdentity.parse(Buffer.from(text).toString('latin1'));
  } finally {
    forget(text);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

// ES modules, which CommonJS can only import so; loaded when a root key is opened, not with the program.
const age = () => import('age-encryption');
const base = () => import('@scure/base');
