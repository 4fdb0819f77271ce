import { request } from 'node:https';
import { type Finding, ok, unknown, problem, warning } from './finding';
import type { Trust } from './service.check';
import type { Endpoint } from './tls-probe';

/** Signatures are valid for 5 minutes; sessions and certificates end by the clock. Seconds. */
const MAX_SECONDS = 240;
const NOTICEABLE_SECONDS = 30;
const REMEDY = 'Let a time service (chrony, systemd-timesyncd) set the clocks of this machine and of the cluster.';

/** How far the clock of this machine is from that of the cluster, which aws-gateway tells with each answer. */
export const checkClock = async (
  gateway: Endpoint | undefined,
  { ca }: Trust,
  { timeoutMs, now = Date.now }: { timeoutMs: number; now?: () => number },
): Promise<Finding[]> => {
  const subject = 'clock';
  if (gateway === undefined) return [unknown(subject, 'No address of aws-gateway is known, which would tell the time.')];
  const sentAt = now();
  let date: string | undefined;
  try {
    date = await dateOf(gateway, ca, timeoutMs);
  } catch {
    return [unknown(subject, 'aws-gateway does not answer, so the time of the cluster is not known.')];
  }
  const answeredAt = now();
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [unknown(subject, 'aws-gateway does not tell the time.')];
  return [judgeClock(subject, theirs, sentAt, answeredAt)];
};

/** The header has whole seconds, and was written between the two moments. */
export const judgeClock = (subject: string, theirs: number, sentAt: number, answeredAt: number): Finding => {
  const least = theirs - answeredAt;
  const most = theirs + 1000 - sentAt;
  const off = least > 0 ? least : most < 0 ? most : 0;
  const seconds = Math.round(Math.abs(off) / 1000);
  const finding = `The clock of this machine is ${seconds} s ${off > 0 ? 'behind' : 'ahead of'} that of the cluster.`;
  if (seconds >= MAX_SECONDS) return problem(subject, finding, REMEDY);
  if (seconds >= NOTICEABLE_SECONDS) return warning(subject, finding, REMEDY);
  return ok(subject, 'The clocks of this machine and of the cluster agree.');
};

const dateOf = ({ host, port }: Endpoint, ca: string | Buffer, timeoutMs: number): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const call = request({ host, port, ca, method: 'GET', path: '/', agent: false, timeout: timeoutMs }, (response) => {
      clearTimeout(timer);
      response.resume();
      resolve(response.headers.date);
    });
    const timer = setTimeout(() => call.destroy(new Error('no answer')), timeoutMs);
    call.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    call.end();
  });
