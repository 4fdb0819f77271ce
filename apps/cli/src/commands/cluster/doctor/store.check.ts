import type { StoreName } from '@strongroom/local-cluster/layout';
import { connect } from 'node:net';
import { type Finding, ok, problem } from './finding';

/**
 * Connects, says something where the server speaks second, and resolves with the first bytes of its answer; undefined if nothing
 * is there, or nothing comes in time.
 */
export const greetingOf = (port: number, timeoutMs: number, say?: string): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer?: Buffer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.once('error', () => end());
    socket.once('close', () => end());
    socket.once('connect', () => say !== undefined && socket.write(say));
    socket.once('data', (bytes: Buffer) => end(bytes));
  });

/** What a MySQL server says before anybody logs in: a packet with its version, or with an error such as too many connections. */
export const judgeMariaDb = (subject: string, greeting: Buffer | undefined, start: string): Finding => {
  if (greeting === undefined) return problem(subject, 'It does not answer.', start);
  if (greeting[4] === 0xff)
    return problem(
      subject,
      `It refuses connections: ${greeting
        .subarray(7)
        .toString('latin1')
        .replace(/[^ -~]/g, '')}.`,
      'See its log.',
    );
  const version = /^\n?([\x20-\x7e]+)/.exec(greeting.subarray(5).toString('latin1'))?.[1];
  if (greeting[4] !== 0x0a || version === undefined) return taken(subject, 'MariaDB');
  return ok(subject, `It answers (${version.replace(/^5\.5\.5-/, '')}).`);
};

/** Redis answers PING with PONG, or with the demand of a password. */
export const judgeRedis = (subject: string, answer: Buffer | undefined, start: string): Finding => {
  if (answer === undefined) return problem(subject, 'It does not answer.', start);
  const text = answer.toString('latin1');
  if (/^(\+PONG|-NOAUTH|-NOPERM)/.test(text)) return ok(subject, 'It answers.');
  if (text.startsWith('-LOADING')) return problem(subject, 'It still loads its data.', 'Wait.');
  return taken(subject, 'Redis');
};

const taken = (subject: string, expected: string): Finding =>
  problem(
    subject,
    `Another program than ${expected} has this port.`,
    'End it, or start the cluster with other ports: STRONGROOM_BASE_PORT.',
  );

/** Of a server on this machine; sentinels answer as Redis does. */
export const checkStore = async (
  store: StoreName,
  port: number,
  { timeoutMs, start }: { timeoutMs: number; start: string },
): Promise<Finding> => {
  const subject = `${store} :${port}`;
  return store.startsWith('mariadb')
    ? judgeMariaDb(subject, await greetingOf(port, timeoutMs), start)
    : judgeRedis(subject, await greetingOf(port, timeoutMs, 'PING\r\n'), start);
};
