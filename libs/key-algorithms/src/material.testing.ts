import { generateMaterial, type DataKeyPair, type KeyMaterial } from './material';
import { KEY_SPEC_NAMES, isAsymmetric, type DataKeyPairSpec, type KeySpec } from './key-specs';
import { PrivateKey } from './private-key';

export const SUPPORTED = KEY_SPEC_NAMES.filter((spec) => spec !== 'SM2');
export const ASYMMETRIC = SUPPORTED.filter(isAsymmetric);

const MADE = Symbol.for('strongroom.kept.key-material');
/** Outlives a suite: `isKept` in tools/jest/one-realm-environment.cjs. */
const worker = globalThis as { [MADE]?: Map<KeySpec, Promise<KeyMaterial>> };
const made = (worker[MADE] ??= new Map<KeySpec, Promise<KeyMaterial>>());

/**
 * Material of the spec, generated once in a worker of jest and the same for all of its suites, because RSA takes its time.
 * Copies, which a test may erase.
 */
export async function materialOf(spec: KeySpec): Promise<KeyMaterial> {
  let material = made.get(spec);
  if (!material) made.set(spec, (material = generateMaterial(spec)));
  const { privateMaterial, publicKey } = await material;
  const copy: KeyMaterial = { privateMaterial: Buffer.from(privateMaterial) };
  if (publicKey) copy.publicKey = Buffer.from(publicKey);
  return copy;
}

/** What `generateDataKeyPair` does, but for that it gives the same pair each time. */
export async function pairOf(spec: DataKeyPairSpec): Promise<DataKeyPair> {
  const { privateMaterial, publicKey } = await materialOf(spec);
  return { privateKey: privateMaterial, publicKey: publicKey! };
}

export async function keyOf(spec: KeySpec): Promise<PrivateKey> {
  return PrivateKey.fromMaterial(spec, (await materialOf(spec)).privateMaterial);
}
