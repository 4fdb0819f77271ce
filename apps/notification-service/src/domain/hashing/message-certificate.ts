import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, webcrypto, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';
import { DAY, MINUTE } from '@strongroom/clock';

/** A certificate of a key. */
export interface MadeCertificate {
  /** 32 hex digits, from the certificate. */
  certificateId: string;
  certificatePem: string;
}

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
/** An RSA key of SNS's size. */
const BITS = 2_048;
const LIFETIME = 10 * 365 * DAY;

/** The private key, DER. */
export async function makeKey(): Promise<Buffer> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS });
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

/**
 * A certificate that the key has signed itself: receivers trust it because they fetch it from aws-gateway over HTTPS.
 *
 * @param pkcs8 the private key, DER
 * @param now epoch milliseconds
 */
export async function certify(pkcs8: Buffer, now: number): Promise<MadeCertificate> {
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  });
  const { subtle } = webcrypto;
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  };
  x509.cryptoProvider.set(webcrypto as never);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Strongroom notifications',
    notBefore: new Date(now - MINUTE),
    notAfter: new Date(now + LIFETIME),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  const certificateId = createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex').slice(0, 32);
  return { certificateId, certificatePem: `${certificate.toString('pem')}\n` };
}

/** When a certificate ends, epoch milliseconds. */
export const endOf = (certificatePem: string): number => Date.parse(new X509Certificate(certificatePem).validTo);
