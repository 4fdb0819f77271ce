import {
  KEY_SPECS,
  requireSupported,
  unsupportedOperation,
  validationFailed,
  type EncryptionAlgorithm,
  type KeySpec,
} from '@strongroom/key-algorithms';

/** In the order of KMS, which is that of their numbers in import tokens: new ones come last. */
export const WRAPPING_KEY_SPECS = ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const;
export const WRAPPING_ALGORITHMS = [
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
] as const;

export type WrappingKeySpec = (typeof WRAPPING_KEY_SPECS)[number];
export type WrappingAlgorithm = (typeof WRAPPING_ALGORITHMS)[number];

/** How key material is encrypted on its way here. */
export interface Wrapping {
  wrappingKeySpec: WrappingKeySpec;
  wrappingAlgorithm: WrappingAlgorithm;
}

/**
 * What GetParametersForImport was asked for.
 *
 * @param spec of the key that the material is for
 * @throws DomainError UnsupportedOperationException for what KMS has no more (RSAES_PKCS1_V1_5), has in China only (SM2), or
 * cannot do because the material is too long for RSA alone; ValidationException for what never was
 */
export function wrappingFor(spec: KeySpec, requested: { wrappingKeySpec: string; wrappingAlgorithm: string }): Wrapping {
  requireSupported(spec);
  const wrappingKeySpec = WRAPPING_KEY_SPECS.find((known) => known === requested.wrappingKeySpec);
  const wrappingAlgorithm = WRAPPING_ALGORITHMS.find((known) => known === requested.wrappingAlgorithm);
  if (requested.wrappingKeySpec === 'SM2' || RETIRED.includes(requested.wrappingAlgorithm)) {
    throw unsupportedOperation(
      `Key material cannot be wrapped with ${requested.wrappingAlgorithm} and a wrapping key of ${requested.wrappingKeySpec}.`,
    );
  }
  if (!wrappingKeySpec) throw validationFailed(`WrappingKeySpec must be one of ${WRAPPING_KEY_SPECS.join(', ')}.`);
  if (!wrappingAlgorithm) throw validationFailed(`WrappingAlgorithm must be one of ${WRAPPING_ALGORITHMS.join(', ')}.`);
  const wrapping = { wrappingKeySpec, wrappingAlgorithm };
  if (!isThroughAes(wrappingAlgorithm) && isTooLongForRsa(spec, wrappingKeySpec)) {
    throw unsupportedOperation(
      `Key material of ${spec} is too long for ${wrappingAlgorithm} with a wrapping key of ${wrappingKeySpec}. ` +
        'Use RSA_AES_KEY_WRAP_SHA_256.',
    );
  }
  return wrapping;
}

/** Whether RSA encrypts an AES key, which wraps the material. */
export function isThroughAes(algorithm: WrappingAlgorithm): boolean {
  return algorithm === 'RSA_AES_KEY_WRAP_SHA_1' || algorithm === 'RSA_AES_KEY_WRAP_SHA_256';
}

/** What RSA does in a wrapping algorithm. */
export function oaepOf(algorithm: WrappingAlgorithm): EncryptionAlgorithm {
  return algorithm === 'RSAES_OAEP_SHA_1' || algorithm === 'RSA_AES_KEY_WRAP_SHA_1' ? 'RSAES_OAEP_SHA_1' : 'RSAES_OAEP_SHA_256';
}

const RETIRED = ['RSAES_PKCS1_V1_5', 'SM2PKE'];

/** RSA alone encrypts less than its modulus has. PKCS #8 of P-521 has 241 bytes with its public key. */
function isTooLongForRsa(spec: KeySpec, wrappingKeySpec: WrappingKeySpec): boolean {
  return KEY_SPECS[spec].material.family === 'rsa' || (spec === 'ECC_NIST_P521' && wrappingKeySpec === 'RSA_2048');
}
