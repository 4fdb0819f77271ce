import { BIT_STRING, DerReader, INTEGER, MalformedDer, OCTET_STRING, SEQUENCE, der } from './der';
import { KEY_SPECS, type EllipticCurve, type KeySpec } from './key-specs';

// SubjectPublicKeyInfo (RFC 5280) and PrivateKeyInfo (RFC 5958): the forms in which KMS hands out keys, and material rests.

const OBJECT_IDENTIFIER = 0x06;
const ATTRIBUTES = 0xa0;
const PUBLIC_KEY = 0x81;

const oid = (hex: string) => der(OBJECT_IDENTIFIER, Buffer.from(hex, 'hex'));
const NULL = Buffer.of(0x05, 0x00);
const EC_PUBLIC_KEY = oid('2a8648ce3d0201');
const CURVES: Record<EllipticCurve, Buffer> = {
  prime256v1: oid('2a8648ce3d030107'),
  secp384r1: oid('2b81040022'),
  secp521r1: oid('2b81040023'),
  secp256k1: oid('2b8104000a'),
};
/** The arcs of NIST's signature algorithms and KEMs (2.16.840.1.101.3.4), whose last byte follows. */
const ML_DSA = { 44: 0x11, 65: 0x12, 87: 0x13 };
const ML_KEM = { 512: 0x01, 768: 0x02, 1024: 0x03 };
const nistOid = (family: '03' | '04', last: number) => oid(`60864801650304${family}${last.toString(16).padStart(2, '0')}`);

/** The AlgorithmIdentifier of a spec's keys, the only one that is accepted: RFC 8017, 5480, 8410, 9881, 9935. */
function algorithmIdentifier(spec: KeySpec): Buffer {
  const { material } = KEY_SPECS[spec];
  switch (material.family) {
    case 'rsa':
      return der(SEQUENCE, oid('2a864886f70d010101'), NULL);
    case 'ec':
      return der(SEQUENCE, EC_PUBLIC_KEY, CURVES[material.curve]);
    case 'ed25519':
      return der(SEQUENCE, oid('2b6570'));
    case 'ml-dsa':
      return der(SEQUENCE, nistOid('03', ML_DSA[material.parameterSet]));
    case 'ml-kem':
      return der(SEQUENCE, nistOid('04', ML_KEM[material.parameterSet]));
    case 'symmetric':
    case 'hmac':
    case 'sm2':
      throw new RangeError(`${spec} has no algorithm identifier`);
  }
}

export function writePublicKeyInfo(spec: KeySpec, publicKey: Uint8Array): Buffer {
  return der(SEQUENCE, algorithmIdentifier(spec), der(BIT_STRING, Buffer.of(0), publicKey));
}

/** The content of the bit string. @throws MalformedDer also for a key of another algorithm */
export function readPublicKeyInfo(spec: KeySpec, spki: Buffer): Buffer {
  const outer = new DerReader(spki);
  const info = new DerReader(outer.read(SEQUENCE));
  outer.end();
  if (!der(SEQUENCE, info.read(SEQUENCE)).equals(algorithmIdentifier(spec))) throw new MalformedDer();
  const bits = info.read(BIT_STRING);
  info.end();
  if (bits[0] !== 0) throw new MalformedDer();
  return bits.subarray(1);
}

export function writePrivateKeyInfo(spec: KeySpec, privateKey: Uint8Array): Buffer {
  return der(SEQUENCE, VERSION_1, algorithmIdentifier(spec), der(OCTET_STRING, privateKey));
}

/** The content of the octet string, and the public key where the second version of the format has it. @throws MalformedDer */
export function readPrivateKeyInfo(spec: KeySpec, pkcs8: Buffer): { privateKey: Buffer; publicKey?: Buffer } {
  const outer = new DerReader(pkcs8);
  const info = new DerReader(outer.read(SEQUENCE));
  outer.end();
  if (info.readInteger() > 1n) throw new MalformedDer();
  if (!der(SEQUENCE, info.read(SEQUENCE)).equals(algorithmIdentifier(spec))) throw new MalformedDer();
  const privateKey = info.read(OCTET_STRING);
  info.readOptional(ATTRIBUTES);
  const publicKey = info.readOptional(PUBLIC_KEY)?.subarray(1);
  info.end();
  return publicKey ? { privateKey, publicKey } : { privateKey };
}

const VERSION_1 = der(INTEGER, Buffer.of(0));
