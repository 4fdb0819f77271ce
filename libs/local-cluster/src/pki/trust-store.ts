import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { writePrivateFile } from '../private-files';

/** The files in which Debian, Red Hat and Alpine keep the CAs that the machine trusts. */
const SYSTEM_BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Files with the cluster's CA and the machine's CAs, for programs that use one file and nothing else. */
export interface TrustFiles {
  /** PEM: SSL_CERT_FILE. */
  bundleFile: string;
  /** PKCS #12 without a password: Java's javax.net.ssl.trustStore. */
  javaTrustStoreFile: string;
}

/** Writes both into `folder`. */
export function writeTrustFiles(folder: string, caFile: string): TrustFiles {
  const certificates = [...readFileSync(caFile, 'utf8').matchAll(PEM), ...systemBundle().matchAll(PEM)].map(([pem]) => pem);
  const files = { bundleFile: join(folder, 'trust.pem'), javaTrustStoreFile: join(folder, 'trust.p12') };
  writePrivateFile(files.bundleFile, `${certificates.join('\n')}\n`);
  writePrivateFile(files.javaTrustStoreFile, javaTrustStore(certificates));
  return files;
}

/** The machine's CAs; if it has none, Node's. */
function systemBundle(): string {
  const file = SYSTEM_BUNDLES.find((path) => existsSync(path));
  return file === undefined ? rootCertificates.join('\n') : readFileSync(file, 'utf8');
}

// DER (X.690): a tag, the length of the content, the content.
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}
const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const setOf = (...parts: Uint8Array[]): Buffer => der(0x31, ...parts);
const explicit = (part: Uint8Array): Buffer => der(0xa0, part);
const octets = (part: Uint8Array): Buffer => der(0x04, part);
/** Written as in the standard's text. */
function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split('.').map(Number);
  const base128 = (value: number): number[] =>
    value < 0x80 ? [value] : [...base128(Math.floor(value / 0x80)).map((byte) => byte | 0x80), value % 0x80];
  return der(0x06, Buffer.from([first! * 40 + second!, ...rest].flatMap(base128)));
}
/** BMPString: UTF-16, big end first. */
const bmpString = (text: string): Buffer => der(0x1e, Buffer.from(text, 'utf16le').swap16());

const DATA = oid('1.2.840.113549.1.7.1');
const CERTIFICATE_BAG = oid('1.2.840.113549.1.12.10.1.3');
const X509 = oid('1.2.840.113549.1.9.22.1');
const FRIENDLY_NAME = oid('1.2.840.113549.1.9.20');
/** Oracle's attribute: without it Java treats a certificate as part of a chain, and trusts nobody by it. */
const TRUSTED_KEY_USAGE = oid('2.16.840.1.113894.746875.1.1');
const ANY_USAGE = oid('2.5.29.37.0');

/**
 * The certificates (PEM) as a trust store for Java, as `keytool -importcert` would make it: PKCS #12 (RFC 7292), without
 * encryption and MAC, because nothing in it is secret and everybody would know its password.
 */
export function javaTrustStore(certificates: readonly string[]): Buffer {
  const bags = certificates.map((pem, index) =>
    sequence(
      CERTIFICATE_BAG,
      explicit(sequence(X509, explicit(octets(new X509Certificate(pem).raw)))),
      setOf(sequence(FRIENDLY_NAME, setOf(bmpString(`authority-${index + 1}`))), sequence(TRUSTED_KEY_USAGE, setOf(ANY_USAGE))),
    ),
  );
  const data = (content: Uint8Array) => sequence(DATA, explicit(octets(content)));
  return sequence(der(0x02, Buffer.from([3])), data(sequence(data(sequence(...bags)))));
}
