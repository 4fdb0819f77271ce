import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A key pair and its certificate, fresh. */
export interface MadeIdentity {
  /** 32 hex digits, from the certificate. */
  certificateId: string;
  certificatePem: string;
  /** DER. */
  pkcs8: Buffer;
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const YEARS = 10 * 365 * 86_400_000;
const MINUTE = 60_000;

/**
 * An RSA key of 2,048 bits, SNS's size, and a certificate of it that it has signed itself: receivers trust it because they fetch
 * it from aws-gateway over HTTPS.
 */
export async function makeIdentity(): Promise<MadeIdentity> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  x509.cryptoProvider.set(webcrypto as never);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Strongroom notifications',
    notBefore: new Date(Date.now() - MINUTE),
    notAfter: new Date(Date.now() + YEARS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const certificateId = createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex').slice(0, 32);
  return { certificateId, certificatePem: `${certificate.toString('pem')}\n`, pkcs8 };
}
