import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceUriPrefix, userUriPrefix } from '@strongroom/arn';
import * as x509 from '@peculiar/x509';
import { makePrivateDirectory, writePrivateFile } from '../private-files';

x509.cryptoProvider.set(webcrypto as never);

const DAY = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate with its key and its CA, each PEM. */
export interface IssuedCertificate {
  ca: string;
  certificate: string;
  /** PKCS #8. */
  key: string;
}

/** The same as files; the key's has mode 0600. */
export interface CertificateFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

export interface CertificateRequest {
  /** The identity: a URI SAN such as `spiffe://strongroom.local/service/secrets-api`. */
  uri: string;
  /** The holder's DNS names as a server; clients have none. */
  dnsNames?: string[];
  ipAddresses?: string[];
  /** Milliseconds. Default 90 days. */
  lifetime?: number;
  /** Milliseconds since the Unix epoch. Default a minute ago. */
  notBefore?: number;
}

/** The identity of a service in the trust domain of local clusters. */
export function serviceUri(name: string, trustDomain = 'strongroom.local'): string {
  return `${serviceUriPrefix(trustDomain)}${name}`;
}

export function userUri(name: string, trustDomain = 'strongroom.local'): string {
  return `${userUriPrefix(trustDomain)}${name}`;
}

/** The request for a service's certificate: server and client at once, reached as localhost or by its name. */
export function serviceCertificate(name: string): CertificateRequest {
  return {
    uri: serviceUri(name),
    dnsNames: ['localhost', name],
    ipAddresses: ['127.0.0.1'],
  };
}

const serial = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
    .toString('hex')
    .replace(/^./, '4');

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/**
 * A certificate authority for one cluster or one test run: P-256, no intermediates. Identity is the URI SAN; the subject is
 * for people who read certificates.
 */
export class CertificateAuthority {
  private constructor(
    private readonly certificate: x509.X509Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  static async create(name = 'Strongroom local CA'): Promise<CertificateAuthority> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_650 * DAY),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new CertificateAuthority(certificate, keys);
  }

  /** The authority kept in a folder as `ca.crt` and `ca.key`; made on first use, and again a year before it expires. */
  static async open(directory: string): Promise<CertificateAuthority> {
    const [certFile, keyFile] = [join(makePrivateDirectory(directory), 'ca.crt'), join(directory, 'ca.key')];
    if (existsSync(certFile) && existsSync(keyFile)) {
      const certificate = new x509.X509Certificate(readFileSync(certFile, 'utf8'));
      if (certificate.notAfter.getTime() > Date.now() + 365 * DAY) {
        const privateKey = await webcrypto.subtle.importKey(
          'pkcs8',
          x509.PemConverter.decodeFirst(readFileSync(keyFile, 'utf8')),
          algorithm,
          true,
          ['sign'],
        );
        // The library names its type as browsers do.
        const publicKey = (await certificate.publicKey.export()) as webcrypto.CryptoKey;
        return new CertificateAuthority(certificate, { privateKey, publicKey });
      }
    }
    const authority = await CertificateAuthority.create();
    writePrivateFile(keyFile, await exportKey(authority.keys.privateKey));
    writePrivateFile(certFile, authority.pem);
    return authority;
  }

  /** The authority's certificate, PEM. */
  get pem(): string {
    return `${this.certificate.toString('pem')}\n`;
  }

  async issue({
    uri,
    dnsNames = [],
    ipAddresses = [],
    lifetime = 90 * DAY,
    notBefore,
  }: CertificateRequest): Promise<IssuedCertificate> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const start = notBefore ?? Date.now() - 60_000;
    const usages = [
      x509.ExtendedKeyUsage.clientAuth,
      ...(dnsNames.length + ipAddresses.length ? [x509.ExtendedKeyUsage.serverAuth] : []),
    ];
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: [{ CN: [uri.slice(uri.lastIndexOf('/') + 1).slice(0, 64) || 'client'] }],
      issuer: this.certificate.subject,
      notBefore: new Date(start),
      notAfter: new Date(start + lifetime),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(usages),
        new x509.SubjectAlternativeNameExtension([
          { type: 'url', value: uri },
          ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
          ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(this.keys.publicKey),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return { ca: this.pem, certificate: `${certificate.toString('pem')}\n`, key: `${await exportKey(keys.privateKey)}\n` };
  }

  /**
   * A certificate stored in `directory` as `<name>.crt` and `<name>.key` beside the CA's `ca.crt`. The stored one is used until a
   * third of its lifetime is left, or its identity or CA differs.
   */
  async issueFiles(directory: string, name: string, request: CertificateRequest): Promise<CertificateFiles> {
    const file = (suffix: string) => join(directory, `${name}.${suffix}`);
    const files = { caFile: join(directory, 'ca.crt'), certFile: file('crt'), keyFile: file('key') };
    if (!existsSync(files.caFile) || readFileSync(files.caFile, 'utf8') !== this.pem) writePrivateFile(files.caFile, this.pem);
    if (existsSync(files.certFile) && existsSync(files.keyFile) && (await this.stillServes(files.certFile, request)))
      return files;
    const issued = await this.issue(request);
    writePrivateFile(files.keyFile, issued.key);
    writePrivateFile(files.certFile, issued.certificate);
    return files;
  }

  private async stillServes(certFile: string, request: CertificateRequest): Promise<boolean> {
    const present = new x509.X509Certificate(readFileSync(certFile, 'utf8'));
    const lifetime = present.notAfter.getTime() - present.notBefore.getTime();
    if (present.notAfter.getTime() - Date.now() < lifetime / 3) return false;
    const names =
      present
        .getExtension(x509.SubjectAlternativeNameExtension)
        ?.names.toJSON()
        .map((name) => name.value) ?? [];
    const wanted = [request.uri, ...(request.dnsNames ?? []), ...(request.ipAddresses ?? [])];
    if (names.join() !== wanted.join()) return false;
    return present.verify({ publicKey: this.keys.publicKey, signatureOnly: true });
  }
}
