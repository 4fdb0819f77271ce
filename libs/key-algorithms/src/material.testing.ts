import { generateMaterial, type KeyMaterial } from './material';
import { KEY_SPEC_NAMES, isAsymmetric, type KeySpec } from './key-specs';
import { PrivateKey } from './private-key';

export const SUPPORTED = KEY_SPEC_NAMES.filter((spec) => spec !== 'SM2');
export const ASYMMETRIC = SUPPORTED.filter(isAsymmetric);

const made = new Map<KeySpec, Promise<KeyMaterial>>();

/** Material of the spec, the same for a whole suite, because RSA takes its time. Copies, which a test may erase. */
export async function materialOf(spec: KeySpec): Promise<KeyMaterial> {
  let material = made.get(spec);
  if (!material) made.set(spec, (material = generateMaterial(spec)));
  const { privateMaterial, publicKey } = await material;
  const copy: KeyMaterial = { privateMaterial: Buffer.from(privateMaterial) };
  if (publicKey) copy.publicKey = Buffer.from(publicKey);
  return copy;
}

export async function keyOf(spec: KeySpec): Promise<PrivateKey> {
  return PrivateKey.fromMaterial(spec, (await materialOf(spec)).privateMaterial);
}
