import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { algorithmsOf, decapsulate, encapsulate, sign, verify, type KeySpec } from '.';
import { ASYMMETRIC, keyOf, materialOf } from './material.testing';

const python = (input: string, ...args: string[]) => spawnSync('python3', args, { input, encoding: 'utf8', timeout: 60_000 });
const installed = python('', '-c', 'import cryptography').status === 0;
if (!installed)
  process.stderr.write('skipped: keys and signatures checked by Python, whose package cryptography is not installed\n');

const MESSAGE = Buffer.from('a message');
const specs = ASYMMETRIC.filter((spec) => !spec.startsWith('RSA'));

(installed ? it : it.skip)('Python reads our keys, verifies and decapsulates, and the other way round', async () => {
  const { stdout, stderr } = python(JSON.stringify(await Promise.all(specs.map(factOf))), join(__dirname, 'check-keys.py'));
  expect(stderr).toBe('');
  const answers = JSON.parse(stdout) as ({ signature: string } | { ciphertext: string; sharedSecret: string } | null)[];

  const unknown = specs.filter((_, i) => answers[i] === null);
  // Which of these it knows depends on its version.
  expect(unknown.filter((spec) => !spec.startsWith('ML_'))).toEqual([]);
  if (unknown.length > 0) process.stderr.write(`skipped: ${unknown.join(', ')}, which Python's cryptography does not know\n`);

  for (const [i, spec] of specs.entries()) {
    const answer = answers[i]!;
    if (answer === null) continue;
    const key = await keyOf(spec);
    if ('signature' in answer) {
      await verify(key.publicKey, requestOf(spec), Buffer.from(answer.signature, 'hex'));
    } else {
      const secret = await decapsulate(key, 'ML_KEM', Buffer.from(answer.ciphertext, 'hex'));
      expect(secret.toString('hex')).toBe(answer.sharedSecret);
    }
  }
});

const requestOf = (spec: KeySpec) => ({ algorithm: algorithmsOf(spec, 'SIGN_VERIFY')[0]!, message: MESSAGE });

async function factOf(spec: KeySpec): Promise<Record<string, string>> {
  const key = await keyOf(spec);
  const { privateMaterial, publicKey } = await materialOf(spec);
  const fact = { spec, privateKey: privateMaterial.toString('hex'), publicKey: publicKey!.toString('hex') };
  if (spec.startsWith('ML_KEM')) {
    const { ciphertext, sharedSecret } = await encapsulate(key.publicKey, 'ML_KEM');
    return { ...fact, ciphertext: ciphertext.toString('hex'), sharedSecret: sharedSecret.toString('hex') };
  }
  const signature = await sign(key, requestOf(spec));
  return { ...fact, message: MESSAGE.toString('hex'), signature: signature.toString('hex') };
}
