import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vectors } from './build-vectors';

const python = (...args: string[]) => spawnSync('python3', args, { input: text, encoding: 'utf8', timeout: 60_000 });
const text = readFileSync(join(__dirname, 'vectors.json'), 'utf8');
const installed = python('-c', 'import cryptography').status === 0;
if (!installed) process.stderr.write('skipped: key blobs opened by Python, because its package cryptography is not installed\n');

(installed ? it : it.skip)('Python opens the key blobs that open, and no others', () => {
  const { keyBlobs } = JSON.parse(text) as Vectors;
  const { stdout, stderr } = python(join(__dirname, 'open-key-blobs.py'));
  expect(stderr).toBe('');
  const plaintexts = JSON.parse(stdout) as (string | null)[];
  const outcomes = plaintexts.map((hex) => (hex === null ? { fails: 'InvalidCiphertextException' } : { opens: hex }));
  expect(outcomes).toEqual(keyBlobs.map(({ expect: expected }) => expected));
});
