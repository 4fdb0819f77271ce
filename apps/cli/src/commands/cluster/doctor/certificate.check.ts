import { DAY } from '@strongroom/clock';
import { type CertificateFacts, readCertificate } from '../certificates/certificate-file';
import { type Finding, ok, problem, warning } from './finding';

const SOON = 14 * DAY;
const CA_SOON = 180 * DAY;

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** What the times of a certificate mean now. */
export const judgeTimes = (
  subject: string,
  { validFrom, validTo }: Pick<CertificateFacts, 'validFrom' | 'validTo'>,
  { now, remedy, isAuthority = false }: { now: number; remedy: string; isAuthority?: boolean },
): Finding => {
  const left = validTo.getTime() - now;
  if (left <= 0) return problem(subject, `The certificate expired on ${dayOf(validTo)}.`, remedy);
  if (validFrom.getTime() > now) {
    return problem(
      subject,
      `The certificate is valid only from ${validFrom.toISOString()} on.`,
      'Check the clock of this machine.',
    );
  }
  const days = Math.floor(left / DAY);
  if (left < (isAuthority ? CA_SOON : SOON))
    return warning(subject, `The certificate expires on ${dayOf(validTo)}, in ${days} days.`, remedy);
  return ok(subject, `The certificate is valid until ${dayOf(validTo)}.`);
};

/** A certificate in a file, and whether this CA vouches for it. */
export const judgeFile = (
  subject: string,
  pem: string | Buffer,
  { ca, now, remedy }: { ca?: string | Buffer; now: number; remedy: string },
): Finding => {
  let certificate: CertificateFacts;
  try {
    certificate = readCertificate(pem);
  } catch {
    return problem(subject, 'This is no certificate in PEM.', remedy);
  }
  if (ca !== undefined && !isVouchedFor(certificate, ca)) {
    return problem(subject, 'The CA of this cluster has not signed the certificate.', remedy);
  }
  return judgeTimes(subject, certificate, { now, remedy, isAuthority: ca === undefined });
};

const isVouchedFor = (certificate: CertificateFacts, ca: string | Buffer): boolean => {
  try {
    return certificate.isSignedBy(ca);
  } catch {
    return false;
  }
};
