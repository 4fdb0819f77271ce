import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ClusterLayout } from '../cluster/cluster-layout';
import { serviceNames } from '../cluster/services';
import { writePrivateFile } from '../private-files';
import { BackupError, type Manifest } from './manifest';

/** The folder of a backup that has them, encrypted. */
const FOLDER = 'root-keys';

/** The names of the files that open a cluster's root keys; other providers (tokens, quorums, KMS) have none. */
export const rootKeyNames = (layout: ClusterLayout): string[] =>
  serviceNames.flatMap((service) => {
    const file = layout.rootKeyFile(service);
    return file === undefined || !existsSync(file) ? [] : [basename(file)];
  });

const age = () => import('age-encryption');

/** Encrypts them to age recipients. @throws BackupError for what is no recipient */
export const encryptRootKeys = async (layout: ClusterLayout, recipients: readonly string[], backup: string): Promise<void> => {
  const { Encrypter } = await age();
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new BackupError(
        `${recipient} is no age recipient, such as age1….`,
        '`age-keygen` makes an identity and says its recipient.',
      );
    }
  }
  for (const name of rootKeyNames(layout)) {
    writePrivateFile(join(backup, FOLDER, `${name}.age`), await encrypter.encrypt(readFileSync(join(layout.secrets, name))));
  }
};

export interface RootKeySource {
  /** A folder with the files themselves. */
  folder?: string;
  /** The text of an age identity file, for a backup that has them encrypted. */
  identity?: string;
}

/** The files that open the root keys, by name. @throws BackupError if one is missing, or the identity opens none */
export const findRootKeys = async (
  backup: string,
  { rootKeyFiles, rootKeys }: Manifest,
  { folder, identity }: RootKeySource,
): Promise<Map<string, Uint8Array>> => {
  const found = new Map<string, Uint8Array>();
  if (rootKeys === 'plain') return found;
  if (folder === undefined && identity !== undefined && rootKeys !== 'encrypted') {
    throw new BackupError(
      'This backup has no root keys that an identity could open.',
      'Give the folder with the files themselves.',
    );
  }
  for (const name of rootKeyFiles) {
    const plain = folder === undefined ? undefined : join(folder, name);
    if (plain !== undefined && existsSync(plain)) found.set(name, readFileSync(plain));
    else if (identity !== undefined && rootKeys === 'encrypted') {
      found.set(name, await decrypt(readFileSync(join(backup, FOLDER, `${name}.age`)), identity));
    } else {
      throw new BackupError(
        `${name}, which opens a root key, is not there. Without it nobody can read the backup.`,
        rootKeys === 'encrypted'
          ? 'Give the age identity that it was encrypted to, or the folder with the file itself.'
          : 'It was kept apart: give the folder that has it.',
      );
    }
  }
  return found;
};

const decrypt = async (content: Uint8Array, identity: string): Promise<Uint8Array> => {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  const lines = identity.split('\n').map((line) => line.trim());
  try {
    for (const line of lines) if (line !== '' && !line.startsWith('#')) decrypter.addIdentity(line);
    return await decrypter.decrypt(content);
  } catch {
    throw new BackupError(
      'The age identity does not open the root keys of this backup.',
      'Give the identity of one of its recipients.',
    );
  }
};
