import { endpointText } from '@strongroom/config';
import { isServing } from '@strongroom/health-probe';
import { judgeTimes } from './certificate.check';
import { type Finding, ok, problem } from './finding';
import { type Endpoint, probeTls, type TlsAnswer } from './tls-probe';

export interface Service {
  name: string;
  endpoint: Endpoint;
  /** Speaks gRPC and so tells its health. */
  isGrpc: boolean;
}

export interface Trust {
  ca: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
}

/** Where a service's address is: one for each server that it names. */
export const endpointsOf = (address: string): Endpoint[] =>
  address
    .replace(/^dns:\/\/\/?/, '')
    .replace(/^ipv4:/, '')
    .split(',')
    .flatMap((one) => {
      const [, host, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(one.trim()) ?? [];
      return host === undefined ? [] : [{ host, port: Number(port) }];
    });

/** Whether a server is there, shows a certificate that its callers trust, and serves. */
export const checkService = async (
  { name, endpoint, isGrpc }: Service,
  trust: Trust,
  { timeoutMs, now, start }: { timeoutMs: number; now: number; start: string },
): Promise<Finding[]> => {
  const address = endpointText(endpoint);
  const subject = `${name} ${address}`;
  let answer: TlsAnswer;
  try {
    answer = await probeTls(endpoint, { ...trust, timeoutMs });
  } catch (error) {
    return [problem(subject, `It cannot be reached: ${(error as Error).message}.`, `${start} Its log says why it ended.`)];
  }
  const findings: Finding[] = [];
  if (answer.distrust !== undefined) findings.push(distrusted(subject, answer.distrust));
  const { valid_from: from, valid_to: to } = answer.certificate;
  const times = judgeTimes(subject, { validFrom: new Date(from), validTo: new Date(to) }, { now, remedy: `Renew it: ${start}` });
  if (times.severity !== 'ok') findings.push(times);
  if (findings.some(({ severity }) => severity === 'problem') || !isGrpc) {
    return findings.length > 0 ? findings : [ok(subject, `It answers. ${times.finding}`)];
  }
  if (await isServing(address, { pem: trust.ca }, timeoutMs)) return [...findings, ok(subject, `It serves. ${times.finding}`)];
  return [
    ...findings,
    problem(
      subject,
      'It is there but does not serve.',
      'It waits for something, such as its database or an open root key: read its log, and `root-key status`.',
    ),
  ];
};

const distrusted = (subject: string, code: string): Finding => {
  if (code.includes('ALTNAME')) {
    return problem(
      subject,
      'The certificate is for other names than this address.',
      'Use an address that the certificate names, or issue another one (STRONGROOM_SERVER_NAMES).',
    );
  }
  if (code === 'CERT_HAS_EXPIRED')
    return problem(subject, 'The certificate has expired.', 'Start the cluster again: a start renews certificates.');
  return problem(
    subject,
    `Your CA does not vouch for the certificate (${code}).`,
    'Use the CA of this cluster: source its environment file again, or sign in again.',
  );
};
