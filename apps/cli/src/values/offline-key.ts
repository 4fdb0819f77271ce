import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { AsyncEntry } from '@napi-rs/keyring';
import { readSecretFile } from '@strongroom/config';
import { within } from '@strongroom/clock';
import { CliError, usageError } from '../cli-error';
import { EXIT } from '../exit-code';

/** An age identity, which opens the offline cache, or undefined if there is none yet; `create` makes and keeps one. */
export interface OfflineKey {
  read(): Promise<string | undefined>;
  create(): Promise<string>;
}

const IDENTITY = /^AGE-SECRET-KEY-[A-Z0-9-]+$/;
/** A keychain may ask the person to unlock it; milliseconds. */
const KEYCHAIN_PATIENCE_MS = 60_000;

const newIdentity = async (): Promise<string> => (await import('age-encryption')).generateHybridIdentity();

/** In a file of mode 0600, as `age-keygen` writes it. */
export class FileKey implements OfflineKey {
  constructor(private readonly path: string) {}

  async read(): Promise<string | undefined> {
    if (!existsSync(this.path)) return undefined;
    const identity = this.text()
      .split(/\r?\n/)
      .find((line) => IDENTITY.test(line));
    if (identity === undefined) throw usageError(`--cache-key-file: ${this.path} must hold an age identity, AGE-SECRET-KEY-…`);
    return identity;
  }

  async create(): Promise<string> {
    const identity = await newIdentity();
    const file = await open(this.path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw usageError(`--cache-key-file: ${this.path} cannot be written: ${error.code}`);
    });
    try {
      await file.writeFile(`${identity}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    return identity;
  }

  private text(): string {
    try {
      return readSecretFile(this.path, '--cache-key-file');
    } catch (error) {
      throw usageError((error as Error).message);
    }
  }
}

/** In the keychain of the operating system: macOS, Windows, or the Secret Service of a Linux desktop. */
export class KeychainKey implements OfflineKey {
  read(): Promise<string | undefined> {
    return this.ask(async (entry) => (await entry.getPassword()) ?? undefined);
  }

  async create(): Promise<string> {
    const identity = await newIdentity();
    await this.ask((entry) => entry.setPassword(identity));
    return identity;
  }

  private async ask<T>(question: (entry: AsyncEntry) => Promise<T>): Promise<T> {
    try {
      const keyring = await import('@napi-rs/keyring');
      // On Linux the library would fall back to the kernel's keyring, which forgets everything when the person logs out.
      const entry = new keyring.AsyncEntry('strongroom', 'offline-cache', { linux: { store: 'secret-service' } });
      return await within(question(entry), KEYCHAIN_PATIENCE_MS);
    } catch (error) {
      throw new CliError('The keychain of the operating system, which keeps the key of the offline cache, is not available.', {
        exitCode: EXIT.unavailable,
        hint: 'Give --cache-key-file with a file that only you can read; it is made if there is none.',
        cause: error,
      });
    }
  }
}
