import { createHash } from 'node:crypto';
import {
  KEY_SPEC_NAMES,
  PrivateKey,
  algorithmsOf,
  decapsulate,
  decrypt,
  deriveSharedSecret,
  encapsulate,
  encrypt,
  generateMaterial,
  isAsymmetric,
  sign,
  verify,
} from '.';
import { SIGNING_SCHEMES } from './signing-schemes';

const MESSAGE = Buffer.from('a message');

it.each(KEY_SPEC_NAMES.filter((spec) => spec !== 'SM2' && isAsymmetric(spec)))('%s: one side undoes the other', async (spec) => {
  const { privateMaterial, publicKey } = await generateMaterial(spec);
  const key = PrivateKey.fromMaterial(spec, privateMaterial);
  expect(key.publicKey.spki).toEqual(publicKey);

  for (const algorithm of algorithmsOf(spec, 'SIGN_VERIFY')) {
    const { hash, messageTypes } = SIGNING_SCHEMES[algorithm as keyof typeof SIGNING_SCHEMES];
    for (const messageType of messageTypes) {
      const digest = createHash(hash?.name ?? 'sha512')
        .update(MESSAGE)
        .digest();
      const message = messageType === 'RAW' ? MESSAGE : digest;
      const signature = await sign(key, { algorithm, messageType, message });
      await verify(key.publicKey, { algorithm, messageType, message }, signature);
      if (hash) {
        await verify(key.publicKey, { algorithm, message: MESSAGE }, signature);
        await verify(key.publicKey, { algorithm, messageType: 'DIGEST', message: digest }, signature);
      }
      signature[signature.length - 1]! ^= 1;
      const altered = verify(key.publicKey, { algorithm, messageType, message }, signature);
      await expect(altered).rejects.toMatchObject({ reason: 'KMSInvalidSignatureException' });
    }
  }
  for (const algorithm of algorithmsOf(spec, 'ENCRYPT_DECRYPT')) {
    expect(await decrypt(key, algorithm, await encrypt(key.publicKey, algorithm, MESSAGE))).toEqual(MESSAGE);
  }
  for (const algorithm of algorithmsOf(spec, 'ENCAPSULATE_DECAPSULATE')) {
    const { sharedSecret, ciphertext } = await encapsulate(key.publicKey, algorithm);
    expect(await decapsulate(key, algorithm, ciphertext)).toEqual(sharedSecret);
  }
  for (const algorithm of algorithmsOf(spec, 'KEY_AGREEMENT')) {
    const other = await generateMaterial(spec);
    const otherKey = PrivateKey.fromMaterial(spec, other.privateMaterial);
    const shared = deriveSharedSecret(key, algorithm, other.publicKey!);
    expect(shared).toEqual(deriveSharedSecret(otherKey, algorithm, publicKey!));
  }
});
