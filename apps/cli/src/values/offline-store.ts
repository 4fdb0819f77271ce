import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from '@strongroom/config';
import { makePrivateFolder } from '@strongroom/files';
import { writeAtomically } from '../files/atomic-file';
import type { OfflineKey } from './offline-key';

/** What was read, and when. */
export interface OfflineEntry {
  /** Milliseconds since the Unix epoch. */
  readAt: number;
  content: unknown;
}

/** The folder of the cache. A relative XDG_CACHE_HOME counts as absent, as its specification says. */
export const offlineDirectory = (env: Environment): string => {
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.cache'), 'strongroom', 'offline');
};

/**
 * An age file for each thing that was read, which tells neither its name nor its content. Only who has the key can write one that
 * opens.
 */
export class OfflineStore {
  private identity: Promise<string | undefined> | undefined;

  constructor(
    private readonly directory: string,
    private readonly key: OfflineKey,
  ) {}

  async write(name: string, entry: OfflineEntry): Promise<void> {
    const age = await import('age-encryption');
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(await age.identityToRecipient((await this.known()) ?? (await this.created())));
    const file = await encrypter.encrypt(JSON.stringify({ name, ...entry }));
    await makePrivateFolder(this.directory);
    await writeAtomically(await this.fileOf(name), file, { mode: 0o600 });
  }

  /** undefined: there is none, or none that the key opens. */
  async read(name: string): Promise<OfflineEntry | undefined> {
    const file = await readFile(await this.fileOf(name)).catch(() => undefined);
    const identity = file && (await this.known());
    if (!file || identity === undefined) return undefined;
    const decrypter = new (await import('age-encryption')).Decrypter();
    decrypter.addIdentity(identity);
    try {
      const { name: found, ...entry } = JSON.parse(await decrypter.decrypt(file, 'text')) as OfflineEntry & { name: string };
      return found === name ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(await this.fileOf(name), { force: true });
  }

  private known(): Promise<string | undefined> {
    return (this.identity ??= this.key.read());
  }

  private created(): Promise<string> {
    const created = this.key.create();
    this.identity = created;
    return created;
  }

  /** The digest protects nothing; it makes any name fit a file's. */
  private async fileOf(name: string): Promise<string> {
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(name));
    return join(this.directory, `${Buffer.from(digest).toString('hex')}.age`);
  }
}
