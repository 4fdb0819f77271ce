import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
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
    const hostKey = join(directory, 'host_key');
    for (const file of [hostKey, `${hostKey}.pub`]) rmSync(file, { force: true });
    execFileSync(findBinary('ssh-keygen'), ['-q', '-t', 'ed25519', '-N', '', '-C', 'host key', '-f', hostKey]);
    this.hostKey = readFileSync(`${hostKey}.pub`, 'utf8').trim();
    writePrivateFile(
      configuration,
      `${[
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${hostKey}`,
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
