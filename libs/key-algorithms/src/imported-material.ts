import { forget } from '@strongroom/envelope';
import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { copyOf } from './bytes';
import { BIT_STRING, DerReader, INTEGER, MalformedDer, OCTET_STRING, SEQUENCE, der } from './der';
import { incorrectKeyMaterial } from './key-errors';
import { readPrivateKeyInfo, readPublicKeyInfo, writePrivateKeyInfo, writePublicKeyInfo } from './key-info';
import { KEY_SPECS, requireSupported, type KeySpec, type MaterialKind } from './key-specs';
import { SEED, expandSeed, isLattice, seedBytes, type LatticeKind } from './lattices';
import { latticeMaterial, type KeyMaterial } from './material';
import { isRsaKey, readRsaPrivateKey, writeRsaPrivateKey, writeRsaPublicKey } from './rsa-numbers';

/**
 * Checks material that somebody else made, and brings it into the form that `generateMaterial` gives. The public key is derived
 * from the private one; a public key that comes with it must be the same.
 *
 * @param bytes symmetric and HMAC keys: the bytes themselves; asymmetric keys: DER of PrivateKeyInfo (PKCS #8), where ML-DSA and
 *   ML-KEM must have the seed. The caller erases them.
 * @throws DomainError IncorrectKeyMaterialException; UnsupportedOperationException for SM2
 */
export async function parseMaterial(spec: KeySpec, bytes: Buffer): Promise<KeyMaterial> {
  requireSupported(spec);
  const { material: kind } = KEY_SPECS[spec];
  if (kind.family === 'symmetric' || kind.family === 'hmac') {
    if (bytes.length !== kind.bytes)
      throw incorrectKeyMaterial(`Key material of key spec ${spec} must have ${kind.bytes} bytes.`);
    return { privateMaterial: copyOf(bytes) };
  }
  try {
    return await parsePrivateKey(spec, kind, bytes);
  } catch {
    // Which rule it breaks says something about secret numbers.
    const seed = isLattice(kind) ? ' with its seed' : '';
    throw incorrectKeyMaterial(
      `Key material of key spec ${spec} must be a valid private key of this spec${seed}: PKCS #8 (RFC 5958), DER-encoded.`,
    );
  }
}

async function parsePrivateKey(spec: KeySpec, kind: MaterialKind, bytes: Buffer): Promise<KeyMaterial> {
  const { privateKey, publicKey } = readPrivateKeyInfo(spec, bytes);
  switch (kind.family) {
    case 'rsa':
      return parseRsa(spec, kind.modulusBits, privateKey);
    case 'ec':
      return parseCurve(spec, kind, privateKey);
    case 'ed25519':
      return parseEd25519(spec, privateKey, publicKey);
    case 'ml-dsa':
    case 'ml-kem':
      return latticeMaterial(spec, kind, parseSeed(kind, privateKey));
    default:
      throw new RangeError(`${spec} has no private key`);
  }
}

async function parseRsa(spec: KeySpec, modulusBits: number, privateKey: Buffer): Promise<KeyMaterial> {
  const numbers = readRsaPrivateKey(privateKey);
  if (!(await isRsaKey(numbers, modulusBits))) throw new RangeError();
  return materialOf(spec, writeRsaPrivateKey(numbers), writeRsaPublicKey(numbers));
}

/** ECPrivateKey of RFC 5915. */
function parseCurve(spec: KeySpec, kind: Extract<MaterialKind, { family: 'ec' }>, privateKey: Buffer): KeyMaterial {
  const outer = new DerReader(privateKey);
  const reader = new DerReader(outer.read(SEQUENCE));
  outer.end();
  if (reader.readInteger() !== 1n) throw new MalformedDer();
  const scalar = reader.read(OCTET_STRING);
  // Which curve it is has been said outside; OpenSSL repeats it here on request.
  reader.readOptional(0xa0);
  const given = reader.readOptional(0xa1);
  reader.end();
  if (scalar.length !== kind.scalarBytes) throw new RangeError();

  const ecdh = createECDH(kind.curve);
  // Throws unless the scalar is from 1 to the order of the curve less one.
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const ownPoint = der(BIT_STRING, Buffer.of(0), point);
  if (given && !given.equals(ownPoint)) throw new RangeError();
  const inner = der(SEQUENCE, der(INTEGER, Buffer.of(1)), der(OCTET_STRING, scalar), der(0xa1, ownPoint));
  return materialOf(spec, inner, point);
}

/** CurvePrivateKey of RFC 8410. */
function parseEd25519(spec: KeySpec, privateKey: Buffer, given: Buffer | undefined): KeyMaterial {
  const outer = new DerReader(privateKey);
  const seed = outer.read(OCTET_STRING);
  outer.end();
  if (seed.length !== 32) throw new RangeError();
  const privateMaterial = writePrivateKeyInfo(spec, privateKey);
  const derived = createPublicKey(createPrivateKey({ key: privateMaterial, format: 'der', type: 'pkcs8' }));
  const publicKey = derived.export({ format: 'der', type: 'spki' });
  if (given && !given.equals(readPublicKeyInfo(spec, publicKey))) throw new RangeError();
  return { privateMaterial, publicKey };
}

/** The seed, alone or with the expanded key that follows from it: the choices of RFC 9881 and RFC 9935. */
function parseSeed(kind: LatticeKind, privateKey: Buffer): Buffer {
  const outer = new DerReader(privateKey);
  const alone = outer.readOptional(SEED);
  const both = alone ? undefined : new DerReader(outer.read(SEQUENCE));
  outer.end();
  const seed = copyOf(alone ?? both!.read(OCTET_STRING));
  if (seed.length !== seedBytes(kind)) throw new RangeError();
  if (both) {
    const { secretKey } = expandSeed(kind, seed);
    const same = both.read(OCTET_STRING).equals(secretKey);
    forget(secretKey);
    both.end();
    if (!same) throw new RangeError();
  }
  return seed;
}

/** `privateKey` is erased. */
function materialOf(spec: KeySpec, privateKey: Buffer, publicKey: Uint8Array): KeyMaterial {
  const privateMaterial = writePrivateKeyInfo(spec, privateKey);
  forget(privateKey);
  return { privateMaterial, publicKey: writePublicKeyInfo(spec, publicKey) };
}
