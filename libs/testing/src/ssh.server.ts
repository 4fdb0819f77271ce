import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import {
  BackgroundProcess,
  baseEnvironment,
  findBinary,
  makePrivateDirectory,
  writePrivateFile,
} from '@strongroom/local-cluster';
import { utils } from 'ssh2';

export interface SshServerOptions {
  directory: string;
  /** On the loopback interface. */
  port: number;
}

/**
 * An OpenSSH server of our own that admits this user by key: on loopback only, with SFTP in its own folder, without system files.
 */
export class SshServer {
  readonly username = userInfo().username;
  /** The public host key, as known_hosts has it. */
  readonly hostKey: string;
  /** The folder that SFTP starts in. */
  readonly home: string;
  readonly authorizedKeysFile: string;
  readonly process: BackgroundProcess;

  constructor({ directory, port }: SshServerOptions) {
    const configuration = join(makePrivateDirectory(directory), 'sshd.conf');
    this.home = makePrivateDirectory(join(directory, 'home'));
    this.authorizedKeysFile = join(makePrivateDirectory(join(this.home, '.ssh')), 'authorized_keys');
    const host = utils.generateKeyPairSync('ed25519', { comment: 'host key' });
    this.hostKey = host.public;
    writePrivateFile(join(directory, 'host_key'), host.private);
    writePrivateFile(
      configuration,
      `${[
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(directory, 'host_key')}`,
        'PidFile none',
        `AuthorizedKeysFile ${this.authorizedKeysFile}`,
        // The parent folders are the temporary ones of the system, which it would find too open.
        'StrictModes no',
        'UsePAM no',
        'AuthenticationMethods publickey',
        'PermitRootLogin prohibit-password',
        // Tests log in more often than people do.
        'MaxStartups 100',
        `Subsystem sftp internal-sftp -d ${this.home}`,
      ].join('\n')}\n`,
    );
    this.process = new BackgroundProcess({
      name: 'sshd',
      command: findBinary('sshd'),
      args: ['-D', '-e', '-f', configuration],
      env: baseEnvironment(),
      pidFile: join(directory, 'sshd.pid'),
      logFile: join(directory, 'sshd.log'),
    });
    this.answers = () =>
      new Promise((resolve) => {
        const probe = createConnection({ port, host: '127.0.0.1' }, () => resolve(true));
        probe.once('error', () => resolve(false)).once('connect', () => probe.destroy());
      });
  }

  async start(milliseconds = 10_000): Promise<void> {
    // Where root's sshd confines its unprivileged part; Debian creates it at boot.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    await this.process.start();
    await this.process.waitUntil('answering', this.answers, milliseconds);
  }

  stop(): Promise<void> {
    return this.process.stop(5_000);
  }

  private readonly answers: () => Promise<boolean>;
}
