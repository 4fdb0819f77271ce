import { ConfigError, readSecretFile } from '@strongroom/config';
import { RootKey } from '@strongroom/envelope';
import { ProviderIdentity } from './identity';

/** What a file or an environment variable holds. */
export interface FoundIdentity {
  readonly identity: ProviderIdentity;
  /** Of content from before root keys had providers: the root key that it was. */
  readonly rootKey?: RootKey;
}

/** 32 bytes in base64, which was the root key itself. */
const OLDER = /^[A-Za-z0-9+/]{43}=$/;

/** @throws RangeError that says what the text must hold, and nothing of what it holds */
export async function readIdentity(text: string): Promise<FoundIdentity> {
  if (!OLDER.test(text)) return { identity: await ProviderIdentity.parse(text) };
  const rootKey = RootKey.parse(text);
  return { identity: ProviderIdentity.ofRootKey(rootKey), rootKey };
}

/**
 * Reads a file that only its owner may read.
 * @param named what named the file, for the error
 * @throws Error that names the file and the rule
 */
export async function readIdentityFile(path: string, named: string): Promise<FoundIdentity> {
  try {
    return await readIdentity(readSecretFile(path, named));
  } catch (error) {
    if (error instanceof ConfigError) throw new Error(error.problems.join('; '), { cause: error });
    throw new Error(`${named}: the file ${path} ${(error as Error).message}`, { cause: error });
  }
}
