import { isDomainError } from '@strongroom/errors';
import { WRAPPING_ALGORITHMS, WRAPPING_KEY_SPECS, wrappingFor } from './index';

function reasonOf(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (error) {
    return isDomainError(error) ? error.reason : String(error);
  }
}
const chosen = (spec: Parameters<typeof wrappingFor>[0], wrappingKeySpec: string, wrappingAlgorithm: string) =>
  reasonOf(() => wrappingFor(spec, { wrappingKeySpec, wrappingAlgorithm }));

it.each(WRAPPING_KEY_SPECS)('takes every algorithm with %s for keys of 32 bytes', (wrappingKeySpec) => {
  for (const wrappingAlgorithm of WRAPPING_ALGORITHMS) {
    expect(wrappingFor('SYMMETRIC_DEFAULT', { wrappingKeySpec, wrappingAlgorithm })).toEqual({
      wrappingKeySpec,
      wrappingAlgorithm,
    });
  }
});

it.each([
  ['SYMMETRIC_DEFAULT', 'RSA_2048', 'RSAES_PKCS1_V1_5', 'UnsupportedOperationException'],
  ['SYMMETRIC_DEFAULT', 'SM2', 'SM2PKE', 'UnsupportedOperationException'],
  ['SM2', 'RSA_2048', 'RSAES_OAEP_SHA_256', 'UnsupportedOperationException'],
  ['SYMMETRIC_DEFAULT', 'RSA_1024', 'RSAES_OAEP_SHA_256', 'ValidationException'],
  ['SYMMETRIC_DEFAULT', 'RSA_2048', 'RSAES_OAEP_SHA_512', 'ValidationException'],
  ['SYMMETRIC_DEFAULT', '', '', 'ValidationException'],
  ['RSA_2048', 'RSA_4096', 'RSAES_OAEP_SHA_256', 'UnsupportedOperationException'],
  ['RSA_4096', 'RSA_2048', 'RSA_AES_KEY_WRAP_SHA_256', 'done'],
  ['ECC_NIST_P521', 'RSA_2048', 'RSAES_OAEP_SHA_1', 'UnsupportedOperationException'],
  ['ECC_NIST_P521', 'RSA_3072', 'RSAES_OAEP_SHA_1', 'done'],
  ['ECC_NIST_P384', 'RSA_2048', 'RSAES_OAEP_SHA_256', 'done'],
  ['HMAC_512', 'RSA_2048', 'RSAES_OAEP_SHA_256', 'done'],
  ['ML_DSA_87', 'RSA_2048', 'RSAES_OAEP_SHA_256', 'done'],
] as const)('for %s, with %s and %s: %s', (spec, wrappingKeySpec, wrappingAlgorithm, outcome) => {
  expect(chosen(spec, wrappingKeySpec, wrappingAlgorithm)).toBe(outcome);
});
