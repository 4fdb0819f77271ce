import { invalidRequest, isDomainError, serviceUnavailable } from '@strongroom/errors';
import { Client, utils, type ConnectConfig, type ServerHostKeyAlgorithm, type SFTPWrapper, type Stats } from 'ssh2';
import { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { TargetNetwork } from '@strongroom/egress';
import { brokenSession, connectionError, namedBy } from '../shared/connection-errors';
import type { PublicKey } from './authorized-keys';

export interface SshTarget {
  host: string;
  port: number;
  username: string;
  privateKey: string;
  /** The server must have one of these keys. */
  hostKeys: PublicKey[];
  /** The name of the secret's version in messages, such as `AWSCURRENT`. */
  of: string;
}

export interface RemoteFile {
  text: string;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
}

/** Files of the account, by SFTP: no shell is needed. */
export interface SshSession {
  read(path: string): Promise<RemoteFile>;
  /** Creates a file that must not exist. It is on disk when this resolves. */
  create(path: string, file: RemoteFile): Promise<void>;
  /** Replaces a file by another in one instant. */
  rename(from: string, to: string): Promise<void>;
  /** Does nothing if there is none. */
  remove(path: string): Promise<void>;
}

/** The server refuses the key. */
export class SshLoginRefused extends Error {}

/** Opens a connection for as long as `work` takes. Rejects with SshLoginRefused when the server does not take the key. */
export type SshConnector = <T>(target: SshTarget, signal: AbortSignal, work: (session: SshSession) => Promise<T>) => Promise<T>;

/** Bytes; sshd itself would read more, no person writes more. */
const MAX_FILE = 1024 * 1024;

const algorithmsFor = (hostKeys: PublicKey[]): ServerHostKeyAlgorithm[] =>
  hostKeys.flatMap(({ type }) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]) as ServerHostKeyAlgorithm[]);

export const sshConnector =
  (network: TargetNetwork): SshConnector =>
  async ({ host, port, username, privateKey, hostKeys, of }, signal, work) => {
    const socket = await network.open({ host, port, named: namedBy(of) }, signal);
    const client = new Client();
    const where = `The SSH server at ${host}:${port}`;
    const giveUp = () => {
      client.destroy();
      socket.destroy();
    };
    let hostKeyRefused = false;
    const config: ConnectConfig = {
      sock: socket,
      username,
      privateKey,
      readyTimeout: CONNECT_TIMEOUT,
      algorithms: { serverHostKey: [...new Set(algorithmsFor(hostKeys))] },
      hostVerifier: (shown: Buffer) => {
        const known = hostKeys.some(({ blob }) => shown.equals(Buffer.from(blob, 'base64')));
        hostKeyRefused = !known;
        return known;
      },
    };

    const explain = (error: unknown): Error => {
      const level = (error as { level?: string }).level;
      if (hostKeyRefused) return brokenSession(of, 'a host key that the field "hostKey" does not hold');
      if (level === 'client-authentication') return new SshLoginRefused();
      if (level === 'handshake') return brokenSession(of, 'no algorithms in common');
      return connectionError(error, of);
    };

    /** Fails if the connection fails, whoever waits for it. */
    const lost = new Promise<never>((_, reject) => {
      client.on('error', (error) => reject(explain(error)));
      client.on('close', () => reject(brokenSession(of, 'the server closed the connection')));
    });
    lost.catch(() => {});

    try {
      const ready = new Promise<void>((resolve) => client.once('ready', resolve));
      client.connect(config);
      const what = `Logging in to ${where}`;
      await bounded(Promise.race([ready, lost]), { signal, milliseconds: CONNECT_TIMEOUT, what, giveUp }).catch(
        (error: unknown) => {
          throw error instanceof SshLoginRefused ? error : connectionError(error, of);
        },
      );
      return await work(
        sessionOf(client, (answer) =>
          bounded(Promise.race([answer, lost]), {
            signal,
            milliseconds: STATEMENT_TIMEOUT,
            what: `The answer of ${where}`,
            giveUp,
          }),
        ),
      );
    } finally {
      giveUp();
    }
  };

type Wait = <T>(answer: Promise<T>) => Promise<T>;
type Done<T> = (error: Error | undefined | null, value: T) => void;
/** For answers without a value. */
type DoneVoid = (error?: Error | null) => void;

/** A callback's answer as a promise. */
const answerOf = <T>(ask: (done: Done<T>) => unknown): Promise<T> =>
  new Promise((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));

const { NO_SUCH_FILE, PERMISSION_DENIED } = utils.sftp.STATUS_CODE;

const sessionOf = (client: Client, wait: Wait): SshSession => {
  let opened: Promise<SFTPWrapper> | undefined;
  const open = async () => {
    try {
      return await wait(answerOf<SFTPWrapper>((done) => client.sftp(done)));
    } catch (error) {
      if (isDomainError(error)) throw error;
      throw invalidRequest(
        'The SSH server does not offer SFTP to this login; a key with a forced command needs the secret of another login in the field "masterarn".',
      );
    }
  };
  const ask = async <T>(question: (sftp: SFTPWrapper, done: Done<T>) => unknown): Promise<T> => {
    const sftp = await (opened ??= open());
    return wait(answerOf<T>((done) => question(sftp, done))).catch((error: unknown) => {
      throw explainFile(error);
    });
  };
  const tell = (question: (sftp: SFTPWrapper, done: DoneVoid) => unknown) => ask<void>((sftp, done) => question(sftp, done));

  return {
    async read(path) {
      const stats = await ask<Stats>((sftp, done) => sftp.lstat(path, done));
      // A superuser who followed a link would read and replace whatever its owner makes it point to.
      if (!stats.isFile()) throw invalidRequest(`${FILE} must be a regular file, not a link.`);
      if (stats.size > MAX_FILE) throw invalidRequest(`${FILE} must have at most ${MAX_FILE} bytes.`);
      const content = await ask<Buffer>((sftp, done) => sftp.readFile(path, done));
      return { text: content.toString('latin1'), mode: stats.mode & 0o777, uid: stats.uid, gid: stats.gid };
    },
    async create(path, { text, mode, uid, gid }) {
      const handle = await ask<Buffer>((sftp, done) => sftp.open(path, 'wx', 0o600, done));
      const content = Buffer.from(text, 'latin1');
      if (content.length) await tell((sftp, done) => sftp.write(handle, content, 0, content.length, 0, done));
      const made = await ask<Stats>((sftp, done) => sftp.fstat(handle, done));
      if (made.uid !== uid || made.gid !== gid) await tell((sftp, done) => sftp.fchown(handle, uid, gid, done));
      await tell((sftp, done) => sftp.fchmod(handle, mode, done));
      await tell((sftp, done) => sftp.ext_openssh_fsync(handle, done));
      await tell((sftp, done) => sftp.close(handle, done));
    },
    rename: (from, to) => tell((sftp, done) => sftp.ext_openssh_rename(from, to, done)),
    remove: (path) =>
      tell((sftp, done) =>
        sftp.unlink(path, (error) => done((error as SftpError | null)?.code === NO_SUCH_FILE ? undefined : error)),
      ),
  };
};

type SftpError = Error & { code?: number };
const FILE = 'The file that the field "authorizedKeysFile" names, by default .ssh/authorized_keys,';

const explainFile = (error: unknown): Error => {
  if (isDomainError(error)) return error;
  const { code, message } = error as SftpError;
  if (code === NO_SUCH_FILE) return invalidRequest(`${FILE} does not exist.`);
  if (code === PERMISSION_DENIED) return invalidRequest(`${FILE} or its folder may not be written by this login.`);
  if (/not support/.test(message))
    return invalidRequest('The SSH server cannot replace a file atomically: it must support the SFTP extensions of OpenSSH.');
  return serviceUnavailable('The SSH server could not carry out a file operation; is its disk full?', { cause: error });
};

/** What a private key opens with, or why it cannot be used. */
export const parsePrivateKey = (text: string): { publicKey: PublicKey } | { fault: string } => {
  const key = utils.parseKey(text);
  if (key instanceof Error) {
    const encrypted = /encrypted/i.test(key.message);
    return { fault: encrypted ? 'must be a private key without a passphrase' : 'must be a private key in OpenSSH or PEM form' };
  }
  if (!key.isPrivateKey()) return { fault: 'must be a private key, not a public one' };
  const blob = key.getPublicSSH();
  return { publicKey: { type: blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)), blob: blob.toString('base64') } };
};
