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
  for (const [certificate, file] of Object.entries(files)) gauge.set({ certificate }, certificateEnd(file).getTime() / 1_000);
}

/** When the first certificate of a PEM file ends. @throws Error when the file has no certificate, or a damaged one */
export function certificateEnd(file: string): Date {
  const ends = (readFileSync(file, 'utf8').match(CERTIFICATE) ?? []).map((one) => Date.parse(new X509Certificate(one).validTo));
  if (ends.length === 0) throw new Error('a file of certificates has no certificate');
  return new Date(Math.min(...ends));
}
