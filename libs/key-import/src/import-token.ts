import {
  forget,
  openWithRootKey,
  rootKeyFingerprintOf,
  sealWithRootKey,
  type RootKeyBinding,
  type RootKeySealer,
} from '@strongroom/envelope';
import { isDomainError } from '@strongroom/errors';
import { generateDataKeyPair } from '@strongroom/key-algorithms';
import type { RandomSource } from '@strongroom/random';
import { expiredImportToken, invalidImportToken } from './import-errors';
import { WRAPPING_ALGORITHMS, WRAPPING_KEY_SPECS, type Wrapping } from './wrapping';
import { WrappingKey } from './wrapping-key';

/** The KMS key that material is for. A token serves no other. */
export interface ImportPlace {
  /** 12 digits. */
  accountId: string;
  /** UUID, lower case. */
  keyId: string;
}

/** What GetParametersForImport returns. */
export interface ImportParameters {
  /** DER of SubjectPublicKeyInfo. */
  publicKey: Buffer;
  /** Up to 2,500 bytes. */
  importToken: Buffer;
  validTo: Date;
}

/** For how long a token and its public key serve. */
export const IMPORT_TOKEN_MILLIS = 24 * 60 * 60 * 1_000;

// What a token seals: version (1), wrapping key spec (1), wrapping algorithm (1), the end of its time in milliseconds since the
// Unix epoch (8, big-endian), and the private key (PKCS #8). It stands for its public key, so the two need no other bond.
const VERSION = 1;
const SPEC_OFFSET = 1;
const ALGORITHM_OFFSET = 2;
const VALID_TO_OFFSET = 3;
const PRIVATE_KEY_OFFSET = 11;

/**
 * A new wrapping key pair and its token. The private key rests nowhere but in the token, sealed by the root key, so nothing has
 * to be stored or cleaned up. RSA takes up to seconds, of a thread of libuv's.
 *
 * @param generate a test for which any pair will do brings pairs that it has
 */
export async function createImportParameters(
  rootKey: RootKeySealer,
  place: ImportPlace,
  wrapping: Wrapping,
  now: Date,
  random: RandomSource,
  generate = generateDataKeyPair,
): Promise<ImportParameters> {
  const { privateKey, publicKey } = await generate(wrapping.wrappingKeySpec);
  const validTo = new Date(now.getTime() + IMPORT_TOKEN_MILLIS);
  const content = Buffer.alloc(PRIVATE_KEY_OFFSET + privateKey.length);
  content[0] = VERSION;
  content[SPEC_OFFSET] = WRAPPING_KEY_SPECS.indexOf(wrapping.wrappingKeySpec);
  content[ALGORITHM_OFFSET] = WRAPPING_ALGORITHMS.indexOf(wrapping.wrappingAlgorithm);
  content.writeBigUInt64BE(BigInt(validTo.getTime()), VALID_TO_OFFSET);
  content.set(privateKey, PRIVATE_KEY_OFFSET);
  const importToken = sealWithRootKey(rootKey, bindingOf(place), content, random);
  forget(content, privateKey);
  return { publicKey, importToken, validTo };
}

/**
 * The wrapping key that a token holds; the caller forgets it. A token may be used again while it lasts.
 *
 * @param token whatever a caller sent; the contract bounds its length
 * @throws DomainError InvalidImportTokenException, also once the root key that sealed it is gone; ExpiredImportTokenException
 */
export function openImportToken(rootKey: RootKeySealer, place: ImportPlace, token: Buffer, now: Date): WrappingKey {
  const content = openContent(rootKey, place, token);
  try {
    const wrappingKeySpec = WRAPPING_KEY_SPECS[content[SPEC_OFFSET]!];
    const wrappingAlgorithm = WRAPPING_ALGORITHMS[content[ALGORITHM_OFFSET]!];
    if (content[0] !== VERSION || !wrappingKeySpec || !wrappingAlgorithm) throw invalidImportToken();
    if (BigInt(now.getTime()) >= content.readBigUInt64BE(VALID_TO_OFFSET)) throw expiredImportToken();
    return new WrappingKey({ wrappingKeySpec, wrappingAlgorithm }, content.subarray(PRIVATE_KEY_OFFSET));
  } finally {
    forget(content);
  }
}

function openContent(rootKey: RootKeySealer, place: ImportPlace, token: Buffer): Buffer {
  try {
    // The bytes of a stranger must not make a process look for a new root key, as what the database holds does.
    if (!rootKey.has(rootKeyFingerprintOf(token))) throw invalidImportToken();
    return openWithRootKey(rootKey, bindingOf(place), token);
  } catch (error) {
    throw isDomainError(error) ? invalidImportToken() : error;
  }
}

const bindingOf = ({ accountId, keyId }: ImportPlace): RootKeyBinding => ({
  purpose: 'import-token',
  context: { AccountId: accountId, KeyId: keyId },
});
