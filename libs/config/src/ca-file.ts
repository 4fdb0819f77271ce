import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error';
import { arePemCertificates } from './pem-certificates';

/**
 * The text of a file of CAs in PEM.
 *
 * @param variable the environment variable that named the file, for the error message
 * @throws ConfigError if the file is not readable, or has anything but certificates
 */
export function readCaFile(file: string, variable: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([
      `${variable}: the file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    ]);
  }
  if (!arePemCertificates(text))
    throw new ConfigError([`${variable}: the file ${file} must have PEM certificates and nothing else`]);
  return text;
}
