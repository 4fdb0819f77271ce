import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDomainError } from '@strongroom/errors';
import { generateDataKeyPair, modulusBytes, type DataKeyPair } from '@strongroom/key-algorithms';
import { pairOf } from '@strongroom/key-algorithms/testing';
import { systemRandom } from '@strongroom/random';
import fc from 'fast-check';
import { WRAPPING_ALGORITHMS, WRAPPING_KEY_SPECS, type WrappingAlgorithm, type WrappingKeySpec } from './index';
import { wrap, wrapWithAes } from './wrap.testing';
import { WrappingKey } from './wrapping-key';

const folder = mkdtempSync(join(tmpdir(), 'key-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, args: string[], input: Buffer) => spawnSync(command, args, { input, timeout: 60_000 });
function has(what: string, command: string, args: string[]): boolean {
  const installed = run(command, args, Buffer.alloc(0)).status === 0;
  if (!installed) process.stderr.write(`skipped: key material wrapped by ${what}, because it is not installed\n`);
  return installed;
}
const hasOpenssl = has('OpenSSL', 'openssl', ['version']);
const hasPython = has("Python's cryptography", 'python3', ['-c', 'import cryptography']);

const INVALID = 'InvalidCiphertextException';
const throughAes = WRAPPING_ALGORITHMS.filter((algorithm) => algorithm.startsWith('RSA_AES'));

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'unwrapped',
    (error: unknown) => (isDomainError(error) ? error.reason : String(error)),
  );
}

const keyOf = (pair: DataKeyPair, wrappingAlgorithm: WrappingAlgorithm, wrappingKeySpec: WrappingKeySpec) =>
  new WrappingKey({ wrappingKeySpec, wrappingAlgorithm }, pair.privateKey);

describe.each(WRAPPING_KEY_SPECS)('a wrapping key of %s', (wrappingKeySpec) => {
  let pair: DataKeyPair;
  let file: string;
  beforeAll(async () => {
    pair = await pairOf(wrappingKeySpec);
    writeFileSync((file = join(folder, `${wrappingKeySpec}.der`)), pair.publicKey);
  });
  const keyFor = (algorithm: WrappingAlgorithm) => keyOf(pair, algorithm, wrappingKeySpec);

  it.each(WRAPPING_ALGORITHMS)('unwraps what node:crypto wrapped with %s, of any length', async (algorithm) => {
    const key = keyFor(algorithm);
    const longest = throughAes.includes(algorithm) ? 5_000 : 190;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: longest }), async (bytes) => {
        const material = Buffer.from(bytes);
        expect(await key.unwrap(wrap(pair.publicKey, algorithm, material))).toEqual(material);
      }),
      { numRuns: 10 },
    );
  });

  (hasOpenssl ? it : it.skip).each(WRAPPING_ALGORITHMS)("unwraps what OpenSSL's command wrapped with %s", async (algorithm) => {
    const hash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
    const padding = `-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:${hash} -pkeyopt rsa_mgf1_md:${hash}`.split(' ');
    const rsa = (plaintext: Buffer) => {
      const key = ['-pubin', '-keyform', 'DER', '-inkey', file];
      const { stdout, stderr } = run('openssl', ['pkeyutl', '-encrypt', ...key, ...padding], plaintext);
      expect(stderr.toString()).toBe('');
      return stdout;
    };
    const material = systemRandom.bytes(64);
    const aesKey = systemRandom.bytes(32);
    const encrypted = throughAes.includes(algorithm)
      ? Buffer.concat([rsa(aesKey), wrapWithAes(aesKey, material)])
      : rsa(material);
    expect(await keyFor(algorithm).unwrap(encrypted)).toEqual(material);
  });

  (hasPython ? it : it.skip).each(WRAPPING_ALGORITHMS)('unwraps what Python wrapped with %s', async (algorithm) => {
    const material = systemRandom.bytes(throughAes.includes(algorithm) ? 1_217 : 64);
    const { stdout, stderr } = run('python3', ['-c', WRAP_IN_PYTHON, file, algorithm], material);
    expect(stderr.toString()).toBe('');
    expect(await keyFor(algorithm).unwrap(stdout)).toEqual(material);
  });
});

describe('a wrapping key', () => {
  let pair: DataKeyPair;
  beforeAll(async () => (pair = await pairOf('RSA_2048')));
  const keyFor = (algorithm: WrappingAlgorithm) => keyOf(pair, algorithm, 'RSA_2048');

  it.each(WRAPPING_ALGORITHMS)('unwraps nothing that was wrapped with %s and altered', async (algorithm) => {
    const encrypted = wrap(pair.publicKey, algorithm, systemRandom.bytes(32));
    const altered = [0, 1, 8].flatMap((n) => [encrypted.subarray(n + 1), encrypted.subarray(0, -n - 1)]);
    for (const more of [1, 8]) altered.push(Buffer.concat([encrypted, Buffer.alloc(more)]));
    for (let i = 0; i < encrypted.length; i += 5) {
      const copy = Buffer.from(encrypted);
      copy[i]! ^= 1 << (i & 7);
      altered.push(copy);
    }
    const key = keyFor(algorithm);
    for (const bytes of [Buffer.alloc(0), ...altered]) expect(await reasonOf(key.unwrap(bytes))).toBe(INVALID);
  });

  it.each(WRAPPING_ALGORITHMS)('unwraps nothing that was wrapped with %s for another algorithm or key', async (algorithm) => {
    const encrypted = wrap(pair.publicKey, algorithm, systemRandom.bytes(32));
    for (const other of WRAPPING_ALGORITHMS) {
      expect(await reasonOf(keyFor(other).unwrap(encrypted))).toBe(other === algorithm ? 'unwrapped' : INVALID);
    }
    const another = keyOf(await generateDataKeyPair('RSA_2048'), algorithm, 'RSA_2048');
    expect(await reasonOf(another.unwrap(encrypted))).toBe(INVALID);
  });

  it('takes a ciphertext only with all its bytes, zeroes too', async () => {
    const zeroFirst = () => {
      for (;;) {
        const encrypted = wrap(pair.publicKey, 'RSAES_OAEP_SHA_256', Buffer.alloc(32));
        if (encrypted[0] === 0) return encrypted;
      }
    };
    const encrypted = zeroFirst();
    const key = keyFor('RSAES_OAEP_SHA_256');
    expect(await reasonOf(key.unwrap(encrypted))).toBe('unwrapped');
    expect(await reasonOf(key.unwrap(encrypted.subarray(1)))).toBe(INVALID);
  });

  it.each(throughAes)('takes only AES-256 with %s, and something that it wraps', async (algorithm) => {
    const key = keyFor(algorithm);
    for (const length of [16, 24]) {
      const encrypted = wrap(pair.publicKey, algorithm, systemRandom.bytes(32), systemRandom.bytes(length));
      expect(await reasonOf(key.unwrap(encrypted))).toBe(INVALID);
    }
    const encrypted = wrap(pair.publicKey, algorithm, systemRandom.bytes(32));
    for (const wrappedBytes of [0, 8]) {
      expect(await reasonOf(key.unwrap(encrypted.subarray(0, modulusBytes('RSA_2048') + wrappedBytes)))).toBe(INVALID);
    }
  });

  it('unwraps nothing once it is forgotten', async () => {
    const key = keyFor('RSAES_OAEP_SHA_256');
    const encrypted = wrap(pair.publicKey, 'RSAES_OAEP_SHA_256', systemRandom.bytes(32));
    key.forget();
    await expect(key.unwrap(encrypted)).rejects.toThrow('forgotten');
  });
});

/** Arguments: file of the public key, algorithm. The material comes in, and goes out wrapped. */
const WRAP_IN_PYTHON = `
import os, sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

with open(sys.argv[1], "rb") as file:
    key = serialization.load_der_public_key(file.read())
digest = hashes.SHA1() if sys.argv[2].endswith("SHA_1") else hashes.SHA256()
oaep = padding.OAEP(padding.MGF1(digest), digest, None)
material = sys.stdin.buffer.read()
if sys.argv[2].startswith("RSA_AES"):
    aes_key = os.urandom(32)
    wrapped = key.encrypt(aes_key, oaep) + aes_key_wrap_with_padding(aes_key, material)
else:
    wrapped = key.encrypt(material, oaep)
sys.stdout.buffer.write(wrapped)
`;
