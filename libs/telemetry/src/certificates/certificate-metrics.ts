import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Gauge } from 'prom-client';
import type { Metrics } from '../metrics';

const NAME = 'strongroom_certificate_end_timestamp_seconds';
/** Each certificate of a PEM file. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Tells when the certificates end that this process uses, as seconds since the Unix epoch. The files are read once, as the
 * servers and clients of the process do: a renewed file counts only after the restart that makes the process use it.
 *
 * @param files PEM files by the name that the label `certificate` gets; of several certificates in a file, the first to end
 *   counts
 */
export function measureCertificates({ registry }: Metrics, files: Readonly<Record<string, string>>): void {
  registry.removeSingleMetric(NAME);
  const gauge = new Gauge({
    name: NAME,
    help: 'When a certificate that this process uses ends, in seconds since the Unix epoch',
    labelNames: ['certificate'],
    registers: [registry],
  });
  for (const [certificate, file] of Object.entries(files)) gauge.set({ certificate }, endOf(readFileSync(file, 'utf8')));
}

/** @throws Error when the file has no certificate, or a damaged one */
function endOf(pem: string): number {
  const ends = (pem.match(CERTIFICATE) ?? []).map((one) => Date.parse(new X509Certificate(one).validTo) / 1_000);
  if (ends.length === 0) throw new Error('a file of certificates has no certificate');
  return Math.min(...ends);
}
