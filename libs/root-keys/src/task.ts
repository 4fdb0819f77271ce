import { databaseConfig, type Environment } from '@strongroom/config';
import { openHotPool } from '@strongroom/database';
import { forget } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { readRootKeyConfig, type RootKeyConfig } from './config';
import { drill } from './drill';
import { lockIdentity, ProviderIdentity, unlockIdentity } from './identity';
import type { ServiceStatus } from './operator';
import { askService } from './operator-socket';
import { requireProviderKind, requireProviderName, type Provider, type ProviderParameters } from './provider';
import type { SealedTable } from './sealed-table';
import { SecretInput, type SecretSource } from './secret-input';
import { parseShare, printShare, setName, ShareCollection, splitIdentity } from './shares';
import { describeStatus } from './status-text';
import { RootKeyStore } from './store';
import { openUnattended, unattendedKinds } from './unattended';

/** The terminal of a command. */
export interface Terminal {
  readonly stdin: SecretSource;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const MIN_PASSPHRASE = 15;

export const USAGE = `usage: node main.js root-key <command>

  status                           whether the service is open, root keys, providers, the rotation
  enroll file <name> <path>        a file on the service's machine, with an age identity, mode 0600
  enroll passphrase <name>         asks for a passphrase
  enroll quorum <name> <k> <n>     prints n shares, any k of which open the root key
  enroll pkcs11 <name> token=<label> key=<label>
  enroll kms <name> key=<id or ARN> region=<region> [endpoint=<URL>]
  remove <name>                    takes a provider away; rotate the root key then
  rotate                           a new root key; everything is sealed anew in the background
  unseal passphrase [<name>]       asks for the passphrase
  unseal share                     asks for one share, or takes one a line
  new-identity                     prints an age identity for a file
  identity passphrase <name>       prints the provider's identity for the age command: it opens everything
  identity shares                  the same, from shares
  drill passphrase <name>          proves that the passphrase alone opens every row of the service's database
  drill shares                     the same, with shares
  drill <name>                     the same, with a provider that needs nobody

Secrets are asked for, or read from standard input, a line each.
`;

/** What a command has to do with: its service, and who typed it. */
class RootKeyCommand {
  private readonly input: SecretInput;

  constructor(
    private readonly env: Environment,
    private readonly config: RootKeyConfig,
    private readonly tables: readonly SealedTable[],
    private readonly terminal: Terminal,
    /** Of scrypt; tests spare themselves the work. */
    private readonly workFactor?: number,
  ) {
    this.input = new SecretInput(terminal.stdin, terminal.stderr);
  }

  async run([command = '', ...args]: readonly string[]): Promise<void> {
    switch (command) {
      case 'status':
        return this.say(describeStatus(await this.ask<ServiceStatus>({ command: 'status' })));
      case 'enroll':
        return this.enroll(args);
      case 'remove':
        await this.ask({ command: 'remove', name: args[0] });
        return this.say(`removed '${args[0]}'; older backups still open with it, so rotate the root key`);
      case 'rotate': {
        const { fingerprint } = await this.ask<{ fingerprint: string }>({ command: 'rotate' });
        return this.say(`the new root key is ${fingerprint}; 'root-key status' shows the progress`);
      }
      case 'unseal':
        return args[0] === 'share' ? this.bringShares() : this.unsealByPassphrase(args[1]);
      case 'new-identity':
        return this.say(await ProviderIdentity.generate(systemRandom).text());
      case 'identity':
        return this.say(await (await this.identityOf(args)).text());
      case 'drill':
        return this.drill(args);
      default:
        throw new Error(USAGE);
    }
  }

  private async enroll([kindText = '', nameText = '', ...rest]: readonly string[]): Promise<void> {
    const kind = requireProviderKind(kindText);
    const name = requireProviderName(nameText);
    if (kind === 'passphrase') return this.enrollPassphrase(name);
    if (kind === 'quorum') return this.enrollQuorum(name, Number(rest[0]), Number(rest[1]));
    const parameters: ProviderParameters = kind === 'file' ? { path: rest[0] ?? '' } : Object.fromEntries(rest.map(pair));
    await this.ask({ command: 'enroll', kind, name, parameters });
    this.say(`enrolled '${name}'`);
  }

  private async enrollPassphrase(name: string): Promise<void> {
    const passphrase = await this.newPassphrase();
    const identity = ProviderIdentity.generate(systemRandom);
    const protectedIdentity = (await lockIdentity(identity, passphrase, this.workFactor)).toString('base64');
    forget(passphrase);
    await this.ask({ command: 'enroll', kind: 'passphrase', name, recipient: await identity.recipient(), protectedIdentity });
    identity.forget();
    this.say(`enrolled '${name}'`);
  }

  private async enrollQuorum(name: string, threshold: number, count: number): Promise<void> {
    const identity = ProviderIdentity.generate(systemRandom);
    const recipient = await identity.recipient();
    const shares = await splitIdentity(identity, setName(name, recipient), { threshold, count });
    identity.forget();
    await this.ask({ command: 'enroll', kind: 'quorum', name, recipient, parameters: { threshold, count } });
    this.terminal.stderr.write(
      `enrolled '${name}': any ${threshold} of these ${count} lines open it. They are not shown again.\n`,
    );
    for (const share of shares) {
      this.say(printShare(share));
      forget(share.bytes);
    }
  }

  private async unsealByPassphrase(wanted?: string): Promise<void> {
    const status = await this.ask<ServiceStatus>({ command: 'status' });
    const names = status.providers.filter(({ kind }) => kind === 'passphrase').map((provider) => provider.name);
    const name = wanted ?? names[0];
    if (name === undefined || (wanted === undefined && names.length > 1)) {
      throw new Error(names.length > 1 ? `which passphrase: ${names.join(', ')}?` : 'no passphrase is enrolled');
    }
    const identity = await this.unlock(name, await this.locked(name));
    const bytes = identity.copyBytes();
    identity.forget();
    try {
      await this.ask({ command: 'unseal', name }, bytes);
    } finally {
      forget(bytes);
    }
    this.say('the service is open');
  }

  private async bringShares(): Promise<void> {
    for (let line = await this.input.line('share'); line; line = await this.nextOfPipe()) {
      const answer = await this.ask<{ state: string; set?: string; have?: number; need?: number }>({ command: 'share' }, line);
      forget(line);
      if (answer.state === 'open') return this.say('the service is open');
      this.say(`${answer.have} of ${answer.need} shares of ${answer.set}`);
    }
  }

  /** At a terminal one person brings one share. */
  private nextOfPipe(): Promise<Buffer | undefined> {
    return this.terminal.stdin.isTTY === true ? Promise.resolve(undefined) : this.input.line('share');
  }

  private async identityOf([by, name = '']: readonly string[]): Promise<ProviderIdentity> {
    if (by === 'passphrase') return this.unlock(name, await this.locked(name));
    if (by === 'shares') return (await this.collect()).identity;
    throw new Error(USAGE);
  }

  private async locked(name: string): Promise<Buffer | undefined> {
    const { protectedIdentity } = await this.ask<{ protectedIdentity: string | null }>({ command: 'locked', name });
    return protectedIdentity === null ? undefined : Buffer.from(protectedIdentity, 'base64');
  }

  private async unlock(name: string, locked: Buffer | undefined): Promise<ProviderIdentity> {
    if (!locked) throw new Error(`'${name}' opens with no passphrase`);
    const passphrase = await this.secret(`passphrase of '${name}'`);
    try {
      return await unlockIdentity(locked, passphrase);
    } finally {
      forget(passphrase);
    }
  }

  /** The identity from as many shares as it takes, in this process. */
  private async collect(): Promise<{ set: string; identity: ProviderIdentity }> {
    let collection: ShareCollection | undefined;
    for (;;) {
      const line = await this.secret('share');
      const share = parseShare(line);
      forget(line);
      collection ??= new ShareCollection(share.set);
      collection.add(share);
      const identity = await collection.identity();
      if (!identity) continue;
      collection.forget();
      return { set: share.set, identity };
    }
  }

  /** Works on the database itself, so that it can be a restored backup's, beside which no service runs. */
  private async drill([by = '', name = '']: readonly string[]): Promise<void> {
    const pool = await openHotPool(databaseConfig(this.env), { poolSize: 1 });
    try {
      const store = new RootKeyStore(pool);
      const providers = await store.providers();
      const { provider, identity } = await this.drilled(providers, by, name);
      const { rootKeys, opened } = await drill(store, this.tables, provider, identity);
      const rows = Object.entries(opened).map(([table, count]) => `${count} rows of ${table}`);
      this.say(`'${provider.name}' opens ${rootKeys.join(', ')}, and with it ${rows.join(', ')}: all there are`);
    } finally {
      await pool.close();
    }
  }

  private async drilled(providers: readonly Provider[], by: string, name: string) {
    if (by === 'shares') {
      const { set, identity } = await this.collect();
      const provider = providers.find((each) => setName(each.name, each.recipient) === set);
      if (!provider) throw new Error(`the shares of ${set} belong to no provider of this database`);
      return { provider, identity };
    }
    const wanted = by === 'passphrase' ? name : by;
    const provider = providers.find((each) => each.name === wanted);
    if (!provider) throw new Error(`there is no provider '${wanted}'`);
    const identity =
      provider.kind === 'passphrase'
        ? await this.unlock(wanted, provider.protectedIdentity)
        : await openUnattended(unattendedKinds(this.config), provider);
    return { provider, identity };
  }

  private async newPassphrase(): Promise<Buffer> {
    const passphrase = await this.secret('new passphrase');
    if (passphrase.length < MIN_PASSPHRASE) throw new Error(`a passphrase has at least ${MIN_PASSPHRASE} characters`);
    if (this.terminal.stdin.isTTY === true) {
      const again = await this.secret('the same again');
      const isSame = again.equals(passphrase);
      forget(again);
      if (!isSame) throw new Error('the two differ');
    }
    return passphrase;
  }

  private async secret(prompt: string): Promise<Buffer> {
    const line = await this.input.line(prompt);
    if (!line || line.length === 0) throw new Error(`${prompt}: nothing was entered`);
    return line;
  }

  private ask<Result>(request: { command: string; [parameter: string]: unknown }, secret?: Uint8Array): Promise<Result> {
    const { socket } = this.config;
    if (socket === undefined) throw new Error('STRONGROOM_ROOT_KEY_SOCKET must be set, as the service has it');
    return askService<Result>(socket, request, secret);
  }

  private say(line: string): void {
    this.terminal.stdout.write(`${line.trimEnd()}\n`);
  }
}

/** `name=value` of a provider's parameters. */
function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`'${text}' is no parameter: write name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * The task `root-key` of a service: commands of an operator on its machine. What goes wrong ends the program with 1, and a line
 * on standard error.
 *
 * @param tables all that the service's root keys seal
 */
export const rootKeyTask =
  (tables: readonly SealedTable[], { terminal = process, workFactor }: { terminal?: Terminal; workFactor?: number } = {}) =>
  async (env: Environment, args: readonly string[]): Promise<void> => {
    try {
      await new RootKeyCommand(env, readRootKeyConfig(env), tables, terminal, workFactor).run(args);
    } catch (error) {
      terminal.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 1;
    } finally {
      terminal.stdin.destroy?.();
    }
  };
