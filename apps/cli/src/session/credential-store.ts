import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { within } from '@strongroom/clock';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';
import { readPrivateFile, writePrivateFile } from './private-file';

/** What a profile must keep secret. */
export interface Credential {
  /** Of the method `access-key`. */
  secretAccessKey?: string;
  /** Of the method `oidc`, if the issuer gave one. */
  refreshToken?: string;
  session?: HeldSession;
}

/** A session token that calls carry. */
export interface HeldSession {
  token: string;
  /** Names the session, to revoke it; grants nothing. */
  accessKeyId?: string;
  /** ISO 8601; absent where nobody knows. */
  expiresAt?: string;
}

/** Where credentials are, by profile. */
export interface CredentialStore {
  readonly kind: 'keychain' | 'file';
  /** For people. */
  readonly place: string;
  read(profile: string): Promise<Credential | undefined>;
  write(profile: string, credential: Credential): Promise<void>;
  remove(profile: string): Promise<void>;
}

/** One file a profile, mode 0600, in a folder of mode 0700. */
export class FileStore implements CredentialStore {
  readonly kind = 'file';
  readonly place: string;

  /** @param directory that of the configuration */
  constructor(directory: string) {
    this.place = join(directory, 'credentials');
  }

  async read(profile: string): Promise<Credential | undefined> {
    const text = await readPrivateFile(this.fileOf(profile));
    return text === undefined ? undefined : parse(text, this.fileOf(profile));
  }

  write(profile: string, credential: Credential): Promise<void> {
    return writePrivateFile(this.fileOf(profile), `${JSON.stringify(credential, null, 2)}\n`);
  }

  async remove(profile: string): Promise<void> {
    await rm(this.fileOf(profile), { force: true });
  }

  private fileOf(profile: string): string {
    return join(this.place, `${profile}.json`);
  }
}

/** What we need of an entry of the keychain; @napi-rs/keyring has it. */
export interface KeychainEntry {
  getPassword(): Promise<string | null>;
  setPassword(password: string): Promise<void>;
  deleteCredential(): Promise<boolean>;
}

/** A keychain may ask the person to unlock it, so it gets the time that this takes; milliseconds. */
const KEYCHAIN_PATIENCE_MS = 60_000;

/** The keychain of the operating system: macOS, Windows, or the Secret Service of a Linux desktop. */
export class KeychainStore implements CredentialStore {
  readonly kind = 'keychain';
  readonly place = 'the keychain of the operating system';

  constructor(private readonly entryOf: (profile: string) => KeychainEntry) {}

  /** @throws CliError if this machine has none, or it does not answer */
  static async open(): Promise<KeychainStore> {
    const { AsyncEntry } = await import('@napi-rs/keyring').catch((error: unknown) => {
      throw unavailable(error);
    });
    // On Linux the library would fall back to the kernel's keyring, which forgets everything when the person logs out.
    return new KeychainStore((profile) => new AsyncEntry('strongroom', profile, { linux: { store: 'secret-service' } }));
  }

  /** Whether it keeps what it is given: a keychain may be there and locked for good. */
  async works(): Promise<boolean> {
    const probe = `probe-${process.pid}`;
    try {
      await this.write(probe, {});
      const kept = (await this.read(probe)) !== undefined;
      await this.remove(probe);
      return kept;
    } catch {
      return false;
    }
  }

  async read(profile: string): Promise<Credential | undefined> {
    const text = await this.ask(profile, (entry) => entry.getPassword());
    return text === null ? undefined : parse(text, `${this.place}, entry ${profile}`);
  }

  async write(profile: string, credential: Credential): Promise<void> {
    await this.ask(profile, (entry) => entry.setPassword(JSON.stringify(credential)));
  }

  async remove(profile: string): Promise<void> {
    await this.ask(profile, (entry) => entry.deleteCredential());
  }

  private async ask<T>(profile: string, question: (entry: KeychainEntry) => Promise<T>): Promise<T> {
    try {
      return await within(question(this.entryOf(profile)), KEYCHAIN_PATIENCE_MS);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** The store that a profile names. */
export const openStore = async (kind: CredentialStore['kind'] | undefined, directory: string): Promise<CredentialStore> =>
  kind === 'keychain' ? KeychainStore.open() : new FileStore(directory);

/** The store for a new credential: the keychain where there is one that works, else a file. */
export const chooseStore = async (
  wanted: CredentialStore['kind'] | undefined,
  directory: string,
  openKeychain: () => Promise<KeychainStore> = () => KeychainStore.open(),
): Promise<CredentialStore> => {
  if (wanted === 'file') return new FileStore(directory);
  const keychain = await openKeychain().catch((error: unknown) => {
    if (wanted === 'keychain') throw error;
    return undefined;
  });
  if (await keychain?.works()) return keychain!;
  if (wanted === 'keychain') throw unavailable(undefined);
  return new FileStore(directory);
};

const unavailable = (cause: unknown): CliError =>
  new CliError('The keychain of the operating system is not available.', {
    exitCode: EXIT.unavailable,
    hint: 'Unlock it, or sign in again with `strongroom login --store file`.',
    cause,
  });

const parse = (text: string, place: string): Credential => {
  try {
    return JSON.parse(text) as Credential;
  } catch {
    // The parser's own message would quote the text.
    throw new CliError(`${place}: is not a credential of ours.`, { hint: 'Sign in again with `strongroom login`.' });
  }
};
