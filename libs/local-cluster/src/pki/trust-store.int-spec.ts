import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, rootCertificates } from 'node:tls';
import { CertificateAuthority } from './certificate-authority';
import { javaTrustStore, writeTrustFiles } from './trust-store';

let folder: string;
let caFile: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
  ({ caFile } = await (
    await CertificateAuthority.open(folder)
  ).issueFiles(folder, 'one', { uri: 'spiffe://strongroom.local/user/one' }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const keytool = (): boolean => {
  try {
    execFileSync('keytool', ['-help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

it('holds the cluster’s authority first, and those that the machine trusts', () => {
  const { bundleFile, javaTrustStoreFile } = writeTrustFiles(folder, caFile);
  const bundle = readFileSync(bundleFile, 'utf8');
  expect(bundle.startsWith(readFileSync(caFile, 'utf8').trim())).toBe(true);
  const all = bundle.match(/-----BEGIN CERTIFICATE-----/g)!;
  expect(all.length).toBeGreaterThan(10);
  expect(() => createSecureContext({ ca: bundle })).not.toThrow();
  for (const file of [bundleFile, javaTrustStoreFile]) expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('is a PKCS #12 store with every certificate, each marked as trusted for everything', () => {
  const certificates = [readFileSync(caFile, 'utf8'), ...rootCertificates.slice(0, 3)];
  const store = javaTrustStore(certificates);
  for (const pem of certificates) expect(store.includes(new X509Certificate(pem).raw)).toBe(true);
  // As keytool writes it: 2.16.840.1.113894.746875.1.1, and anyExtendedKeyUsage.
  const trustedForEverything = '060c6086480186f966adca7b010131060604551d2500';
  expect(store.toString('hex').split(trustedForEverything)).toHaveLength(certificates.length + 1);
});

// Java need not be there; where it is, it has the last word.
(keytool() ? it : it.skip)('is read by Java as a store of trusted certificates', () => {
  const { javaTrustStoreFile } = writeTrustFiles(folder, caFile);
  const listed = execFileSync('keytool', ['-list', '-keystore', javaTrustStoreFile, '-storepass', 'changeit'], {
    encoding: 'utf8',
  });
  expect(listed).toMatch(/authority-1, .*trustedCertEntry/);
  expect(listed).not.toMatch(/PrivateKeyEntry|SecretKeyEntry/);
});
