import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import {
  PrivateKey,
  algorithmsOf,
  decapsulate,
  decrypt,
  deriveSharedSecret,
  encapsulate,
  encrypt,
  generateMac,
  generateMaterial,
  MacKey,
  parseMaterial,
  sign,
  verify,
  type KeySpec,
  type MessageType,
  type SigningAlgorithm,
} from '.';
import { ASYMMETRIC, keyOf, materialOf } from './material.testing';
import { SIGNING_SCHEMES, type Scheme } from './signing-schemes';

// OpenSSL's command reads what is made here, and the other way round. Before version 3.5 it does not know all of it.

const folder = mkdtempSync(join(tmpdir(), 'key-algorithms-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with these bytes. */
let files = 0;
function file(bytes: Uint8Array = Buffer.alloc(0)): string {
  const path = join(folder, String(files++));
  writeFileSync(path, bytes);
  return path;
}

function openssl(...args: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('openssl', args, { timeout: 60_000 });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${String(stderr)}`);
  return stdout;
}

const GENERATE: Partial<Record<KeySpec, string[]>> = {
  RSA_2048: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  RSA_3072: ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  RSA_4096: ['RSA', '-pkeyopt', 'rsa_keygen_bits:4096'],
  ECC_NIST_P256: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ECC_NIST_P384: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  ECC_NIST_P521: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ECC_SECG_P256K1: ['EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  ECC_NIST_EDWARDS25519: ['ED25519'],
};
/** A key that OpenSSL makes: DER of PrivateKeyInfo. */
function generated(spec: KeySpec): Buffer {
  const path = file();
  openssl('genpkey', '-out', path, '-algorithm', ...(GENERATE[spec] ?? [spec.replaceAll('_', '-')]));
  return openssl('pkcs8', '-topk8', '-nocrypt', '-in', path, '-outform', 'DER');
}

const installed = spawnSync('openssl', ['version'], { timeout: 60_000 }).status === 0;
const has = (algorithm: string) =>
  installed && spawnSync('openssl', ['genpkey', '-algorithm', algorithm], { timeout: 60_000 }).status === 0;
const isNewOpenssl = has('ML-DSA-44');
if (!installed) process.stderr.write("skipped: keys and signatures between here and OpenSSL's command, which is not installed\n");
else if (!isNewOpenssl)
  process.stderr.write("skipped: ML-DSA, ML-KEM and Ed25519ph with OpenSSL's command, which is older than 3.5\n");
const itIf = (there: boolean) => (installed && there ? it : it.skip);
const itIfThere = (spec: KeySpec) => itIf(isNewOpenssl || !spec.startsWith('ML_'));

const MESSAGE = Buffer.from('a message');

const schemeOf = (algorithm: SigningAlgorithm) => SIGNING_SCHEMES[algorithm as keyof typeof SIGNING_SCHEMES];

describe.each(ASYMMETRIC)('%s', (spec) => {
  /** A key of OpenSSL: its files, and how it is read here. */
  const theirs = once(async () => {
    const pkcs8 = generated(spec);
    const { privateMaterial, publicKey } = await parseMaterial(spec, pkcs8);
    return { key: PrivateKey.fromMaterial(spec, privateMaterial), privateFile: file(pkcs8), publicFile: file(publicKey) };
  });

  itIfThere(spec)('OpenSSL reads both keys, and derives the public one from the private one', async () => {
    const { privateMaterial, publicKey } = await materialOf(spec);
    openssl('pkey', '-pubin', '-inform', 'DER', '-in', file(publicKey), '-noout');
    const derived = openssl('pkey', '-inform', 'DER', '-in', file(privateMaterial), '-pubout', '-outform', 'DER');
    expect(derived).toEqual(publicKey);
  });

  itIfThere(spec)('reads a key of OpenSSL, and derives the same public key', async () => {
    const { key, privateFile } = await theirs();
    const derived = openssl('pkey', '-inform', 'DER', '-in', privateFile, '-pubout', '-outform', 'DER');
    expect(key.publicKey.spki).toEqual(derived);
  });

  const requests = algorithmsOf(spec, 'SIGN_VERIFY').flatMap((algorithm) =>
    schemeOf(algorithm).messageTypes.map((messageType) => ({ algorithm, messageType })),
  );
  for (const { algorithm, messageType } of requests) {
    const isNew = spec.startsWith('ML_') || algorithm === 'ED25519_PH_SHA_512';
    itIf(!isNew || isNewOpenssl)(`OpenSSL verifies ${algorithm} of ${messageType}, and its signatures verify here`, async () => {
      const scheme = schemeOf(algorithm);
      const digest = createHash(scheme.hash?.name ?? 'sha512')
        .update(MESSAGE)
        .digest();
      const message = messageType === 'RAW' ? MESSAGE : digest;
      // The command hashes by itself where there is a hash. Of Ed25519ph and ML-DSA it takes what we take.
      const given = file(scheme.hash ? MESSAGE : message);
      const command = [...pkeyutl(scheme, messageType), '-in', given];
      const { key, privateFile, publicFile } = await theirs();
      const signature = file(await sign(key, { algorithm, messageType, message }));
      openssl(...command, '-verify', '-pubin', '-inkey', publicFile, '-sigfile', signature);
      const fromThere = openssl(...command, '-sign', '-inkey', privateFile);
      await verify(key.publicKey, { algorithm, messageType, message }, fromThere);
    });
  }
});

describe.each(['RSA_2048', 'RSA_3072', 'RSA_4096'] as const)('%s', (spec) => {
  itIfThere(spec).each(algorithmsOf(spec, 'ENCRYPT_DECRYPT'))('OpenSSL decrypts %s, and encrypts for us', async (algorithm) => {
    const hash = algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256';
    const options = ['rsa_padding_mode:oaep', `rsa_oaep_md:${hash}`, `rsa_mgf1_md:${hash}`].flatMap((option) => [
      '-pkeyopt',
      option,
    ]);
    const { privateMaterial, publicKey } = await materialOf(spec);
    const key = await keyOf(spec);
    const ciphertext = await encrypt(key.publicKey, algorithm, MESSAGE);
    const privateFile = file(privateMaterial);
    expect(openssl('pkeyutl', '-decrypt', '-keyform', 'DER', '-inkey', privateFile, '-in', file(ciphertext), ...options)).toEqual(
      MESSAGE,
    );
    const publicArgs = ['-pubin', '-keyform', 'DER', '-inkey', file(publicKey)];
    const fromThere = openssl('pkeyutl', '-encrypt', ...publicArgs, '-in', file(MESSAGE), ...options);
    expect(await decrypt(key, algorithm, fromThere)).toEqual(MESSAGE);
  });
});

describe.each(['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'] as const)('%s', (spec) => {
  itIfThere(spec)('agrees with OpenSSL on a shared secret', async () => {
    const { privateMaterial } = await materialOf(spec);
    const peer = generated(spec);
    const peerPublic = openssl('pkey', '-inform', 'DER', '-in', file(peer), '-pubout', '-outform', 'DER');
    const keys = ['-keyform', 'DER', '-inkey', file(privateMaterial), '-peerform', 'DER', '-peerkey', file(peerPublic)];
    const shared = openssl('pkeyutl', '-derive', ...keys);
    expect(deriveSharedSecret(await keyOf(spec), 'ECDH', peerPublic)).toEqual(shared);
  });
});

describe.each(['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'] as const)('%s', (spec) => {
  itIfThere(spec)('has the MACs of OpenSSL', async () => {
    const { privateMaterial } = await generateMaterial(spec);
    const hash = `SHA${spec.slice(5)}`;
    const key = ['-macopt', `digest:${hash}`, '-macopt', `hexkey:${privateMaterial.toString('hex')}`];
    const mac = openssl('mac', '-binary', ...key, '-in', file(MESSAGE), 'HMAC');
    const algorithm = `HMAC_SHA_${spec.slice(5) as '224'}` as const;
    expect(generateMac(MacKey.fromMaterial(spec, privateMaterial), algorithm, MESSAGE)).toEqual(mac);
  });
});

describe.each(['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'] as const)('%s', (spec) => {
  itIfThere(spec)('OpenSSL decapsulates, and encapsulates for us', async () => {
    const { privateMaterial, publicKey } = await materialOf(spec);
    const key = await keyOf(spec);
    const { sharedSecret, ciphertext } = await encapsulate(key.publicKey, 'ML_KEM');
    const [secretFile, ciphertextFile] = [file(), file()];
    openssl('pkeyutl', '-decap', '-inkey', file(privateMaterial), '-in', file(ciphertext), '-secret', secretFile);
    expect(readFileSync(secretFile)).toEqual(sharedSecret);
    openssl('pkeyutl', '-encap', '-pubin', '-inkey', file(publicKey), '-out', ciphertextFile, '-secret', secretFile);
    expect(await decapsulate(key, 'ML_KEM', readFileSync(ciphertextFile))).toEqual(readFileSync(secretFile));
  });
});

/** The command, with the options of the scheme. */
function pkeyutl(scheme: Scheme, messageType: MessageType): string[] {
  const args = ['pkeyutl', '-rawin', '-keyform', 'DER'];
  if (scheme.hash) args.push('-digest', scheme.hash.name);
  if (scheme.name === 'pss') args.push('-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:digest');
  if (scheme.name === 'ed25519ph') args.push('-pkeyopt', 'instance:Ed25519ph');
  if (messageType === 'EXTERNAL_MU') args.push('-pkeyopt', 'mu:1');
  return args;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
