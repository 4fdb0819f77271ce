import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Whether a text is PEM certificates and nothing else. TLS says nothing of what it cannot read, and trusts nobody for it. */
export function arePemCertificates(text: string): boolean {
  const blocks = text.match(BLOCK);
  return blocks !== null && text.replace(BLOCK, '').trim() === '' && blocks.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
