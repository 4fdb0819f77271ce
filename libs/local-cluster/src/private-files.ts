import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder that only its owner can enter. */
export function makePrivateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

/** Writes a file of mode 0600; a reader sees the old content or the new one, never a part of it. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  makePrivateDirectory(dirname(path));
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

/** The content of a private file, without its line end; on first use the file is made with what `create` returns. */
export function readOrCreatePrivateFile(path: string, create: () => string): string {
  if (!existsSync(path)) writePrivateFile(path, `${create()}\n`);
  return readFileSync(path, 'utf8').trim();
}

/** 192 random bits in letters, digits, `-` and `_`: needs no quoting in SQL, shells and configuration files. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** 256 random bits in base64, as services read keys of the journal. */
export function randomKey(): string {
  return randomBytes(32).toString('base64');
}

/** The file of a root key provider; it is made when it is missing, with an age identity as `age-keygen -pq` makes them. */
export async function provideRootKeyFile(path: string): Promise<string> {
  const { bech32 } = await import('@scure/base');
  return readOrCreatePrivateFile(path, () => bech32.encodeFromBytes('AGE-SECRET-KEY-PQ-', randomBytes(32)).toUpperCase());
}
