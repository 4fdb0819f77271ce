import { invalidRequest, serviceUnavailable, type DomainError } from '@strongroom/errors';

const certificateCodes =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH|ERR_OSSL_PEM|ERR_OSSL_X509)/;

const codesOf = (error: unknown): string[] => {
  const { code, cause, message } = (error ?? {}) as { code?: unknown; cause?: unknown; message?: unknown };
  return [
    ...(typeof code === 'string' && /^[A-Z0-9_]{2,50}$/.test(code) ? [code] : []),
    ...(cause === undefined ? [] : codesOf(cause)),
    ...(message === 'self-signed certificate' ? ['DEPTH_ZERO_SELF_SIGNED_CERT'] : []),
  ];
};

/** Why no connection came about or one broke, told by the error's code alone: texts of drivers quote names, and statements with values in them. */
export const connectionError = (error: unknown, of: string): DomainError => {
  const codes = codesOf(error);
  const certificate = codes.find((code) => certificateCodes.test(code));
  if (certificate) return unconvincingCertificate(of, certificate);
  const code = codes.at(-1) ?? 'no reason given';
  return serviceUnavailable(
    `The server that the fields "host" and "port" of ${of} name does not answer or broke off (${code}).`,
    {
      metadata: { code },
    },
  );
};

/** The server's certificate is of no authority that is trusted, of another name, or out of date. */
export const unconvincingCertificate = (of: string, code: string): DomainError =>
  invalidRequest(
    `The server's certificate does not convince (${code}): the field "sslCa" of ${of} must hold its authority, and the certificate the name in the field "host".`,
    { metadata: { code } },
  );

/** The server was asked for TLS and has none. */
export const noTlsOffered = (of: string): DomainError =>
  invalidRequest(`The server offers no TLS: switch it on there, or set the field "ssl" of ${of} to false.`, {
    metadata: { field: 'ssl' },
  });
