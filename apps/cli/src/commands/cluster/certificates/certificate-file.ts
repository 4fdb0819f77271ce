import { X509Certificate } from 'node:crypto';

/** A certificate, as far as its holder must care. */
export interface CertificateFacts {
  validFrom: Date;
  validTo: Date;
  /** The URI SAN, or the subject where there is none. */
  name: string;
  /** Whether this CA has signed it. */
  isSignedBy(caPem: string | Buffer): boolean;
}

/** Reads the first certificate of a PEM text. @throws Error for what is no certificate */
export const readCertificate = (pem: string | Buffer): CertificateFacts => {
  const certificate = new X509Certificate(pem);
  const { subjectAltName = '' } = certificate;
  // Without a name it is undefined, whatever its type says.
  const subject: string | undefined = certificate.subject;
  return {
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    name: /URI:([^,\s]+)/.exec(subjectAltName)?.[1] ?? subject?.replaceAll('\n', ', ') ?? '',
    isSignedBy: (caPem) => certificate.verify(new X509Certificate(caPem).publicKey),
  };
};
