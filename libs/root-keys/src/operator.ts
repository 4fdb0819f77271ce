import type { Clock } from '@strongroom/clock';
import type { RootKeys } from '@strongroom/envelope';
import { type ProviderIdentity, ProviderIdentity as Identity } from './identity';
import { readIdentityFile } from './identity-file';
import type { Progress, RootKeyKeeper } from './keeper';
import { type Opened, openWith, wrapsOfAll } from './open';
import type { OperatorRequest } from './operator-socket';
import {
  attendedKinds,
  type NewProvider,
  type ProtectIdentity,
  type Provider,
  type ProviderParameters,
  requireProviderKind,
  requireProviderName,
} from './provider';
import { parseShare, setName, ShareCollection } from './shares';
import type { BeforeCommit, RootKeyState, RootKeyStore } from './store';

/** Failed attempts to open the service in one minute; then it refuses all for the rest of the minute. */
export const MAX_ATTEMPTS = 10;
const ATTEMPTS_MS = 60_000;

/** What an operator did, for the trail. */
export type RecordDeed = (eventName: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;

export interface OperatorOptions {
  readonly store: RootKeyStore;
  readonly clock: Clock;
  readonly record: RecordDeed;
  /** Why providers did not open, by name. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Of the kinds that the service protects itself. */
  readonly protectors: Partial<Record<NewProvider['kind'], ProtectIdentity>>;
}

export interface ProviderStatus {
  name: string;
  kind: string;
  recipient: string;
  parameters: ProviderParameters;
  enrolledAt: string;
  usedAt?: string;
  drilledAt?: string;
  /** Why it did not open at the last start. */
  reason?: string;
  /** Of a quorum: the name of its shares, and how many have been brought. */
  set?: string;
  shares?: { have: number; need: number };
}

export interface ServiceStatus {
  state: 'open' | 'sealed';
  rootKeys: { slot: number; fingerprint: string; state: RootKeyState; currentFrom?: string; retiredAt?: string }[];
  providers: ProviderStatus[];
  progress?: Progress;
}

/** What operators may ask of a service over its socket, while it is sealed and afterwards. */
export class Operator {
  private opened?: { rootKeys: RootKeys; keeper: RootKeyKeeper };
  private readonly collections = new Map<string, ShareCollection>();
  private readonly failures: number[] = [];
  private onOpened: (opened: Opened) => void = () => undefined;
  /** Resolves when somebody has opened the root keys. */
  readonly unsealed = new Promise<Opened>((resolve) => (this.onOpened = resolve));
  private isUnsealed = false;

  constructor(private readonly options: OperatorOptions) {}

  get isOpen(): boolean {
    return this.isUnsealed;
  }

  /** Of a rotation; undefined while the service is sealed. */
  async progress(): Promise<Progress | undefined> {
    return this.opened?.keeper.progress();
  }

  /** The service has its root keys. */
  serve(rootKeys: RootKeys, keeper: RootKeyKeeper): void {
    this.opened = { rootKeys, keeper };
    this.isUnsealed = true;
  }

  /** @throws Error for the operator */
  async handle(request: OperatorRequest, secret: Buffer): Promise<unknown> {
    switch (request.command) {
      case 'status':
        return this.status();
      case 'locked':
        return this.locked(textOf(request, 'name'));
      case 'unseal':
        return this.unseal(textOf(request, 'name'), secret);
      case 'share':
        return this.share(secret);
      case 'enroll':
        return this.enroll(request);
      case 'remove':
        return this.remove(textOf(request, 'name'));
      case 'rotate':
        return this.rotate();
      default:
        throw new Error('there is no such command');
    }
  }

  private async status(): Promise<ServiceStatus> {
    const { store, reasons } = this.options;
    const providers = await store.providers();
    const rootKeys = await store.rootKeys();
    return {
      state: this.isUnsealed ? 'open' : 'sealed',
      rootKeys: rootKeys.map(({ slot, fingerprint, state, currentFrom, retiredAt }) => ({
        slot,
        fingerprint,
        state,
        currentFrom: currentFrom?.toISOString(),
        retiredAt: retiredAt?.toISOString(),
      })),
      progress: await this.progress(),
      providers: providers.map((provider): ProviderStatus => this.statusOf(provider, reasons.get(provider.name))),
    };
  }

  private statusOf({ name, kind, recipient, parameters, ...dates }: Provider, reason: string | undefined): ProviderStatus {
    return {
      name,
      kind,
      recipient,
      parameters,
      enrolledAt: dates.enrolledAt.toISOString(),
      usedAt: dates.usedAt?.toISOString(),
      drilledAt: dates.drilledAt?.toISOString(),
      ...(!this.isUnsealed && { reason }),
      ...(kind === 'quorum' && { set: setName(name, recipient), shares: this.collections.get(name)?.progress }),
    };
  }

  /** The identity of a provider as it is stored, which the command opens with a passphrase. */
  private async locked(name: string) {
    const { protectedIdentity } = await this.provider(name);
    return { protectedIdentity: protectedIdentity?.toString('base64') ?? null };
  }

  private async unseal(name: string, secret: Buffer) {
    this.requireSealed();
    const provider = await this.provider(name);
    return this.attempt(() => this.openWith(provider, Identity.fromBytes(secret)));
  }

  private async share(line: Buffer) {
    this.requireSealed();
    return this.attempt(async () => {
      const share = parseShare(line);
      const quorums = (await this.options.store.providers()).filter(({ kind }) => kind === 'quorum');
      const sets = new Map(quorums.map((provider) => [setName(provider.name, provider.recipient), provider]));
      const provider = sets.get(share.set);
      if (!provider)
        throw new Error(`this is a share of ${share.set}; this service takes those of ${[...sets.keys()].join(', ')}`);
      const collection = this.collections.get(provider.name) ?? new ShareCollection(share.set);
      this.collections.set(provider.name, collection);
      collection.add(share);
      const identity = await collection.identity();
      if (!identity) return { state: 'sealed', set: share.set, ...collection.progress };
      collection.forget();
      return this.openWith(provider, identity);
    });
  }

  private async openWith(provider: Provider, identity: ProviderIdentity) {
    if ((await identity.recipient()) !== provider.recipient) {
      identity.forget();
      throw new Error(`this does not open '${provider.name}'`);
    }
    const opened = await openWith(this.options.store, provider, identity);
    await this.options.record('UnsealRootKey', { provider: provider.name, kind: provider.kind });
    this.isUnsealed = true;
    for (const collection of this.collections.values()) collection.forget();
    this.onOpened(opened);
    return { state: 'open' };
  }

  private async enroll(request: OperatorRequest) {
    const { rootKeys } = this.requireOpen();
    const provider = await this.newProvider(request);
    const { name, kind } = provider;
    const wraps = await wrapsOfAll(rootKeys, provider);
    const isNew = await this.options.store.enroll(provider, wraps, this.deed('EnrollRootKeyProvider', { provider: name, kind }));
    if (!isNew) throw new Error(`there is a provider '${name}' already`);
    return { name, recipient: provider.recipient };
  }

  private async newProvider(request: OperatorRequest): Promise<NewProvider> {
    const kind = requireProviderKind(textOf(request, 'kind'));
    const name = requireProviderName(textOf(request, 'name'));
    const parameters = parametersOf(request);
    if (attendedKinds.has(kind)) {
      // Made by the command, so that no passphrase and no share comes here.
      const text = request['protectedIdentity'];
      const protectedIdentity = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
      return { name, kind, recipient: textOf(request, 'recipient'), parameters, protectedIdentity };
    }
    const protect = this.options.protectors[kind];
    if (!protect) throw new Error(`a provider of the kind ${kind} cannot be enrolled here`);
    return { name, kind, ...(await protect(parameters)) };
  }

  private async remove(name: string) {
    this.requireOpen();
    const { kind } = await this.provider(name);
    await this.options.store.remove(name, this.deed('RemoveRootKeyProvider', { provider: name, kind }));
    return { name };
  }

  private async rotate() {
    const { keeper } = this.requireOpen();
    return { fingerprint: await keeper.rotate(this.deed('RotateRootKey', {})) };
  }

  private deed(eventName: string, parameters: Readonly<Record<string, string>>): BeforeCommit {
    return () => this.options.record(eventName, parameters);
  }

  private async provider(name: string): Promise<Provider> {
    const provider = (await this.options.store.providers()).find((each) => each.name === name);
    if (!provider) throw new Error(`there is no provider '${name}'`);
    return provider;
  }

  /** Counts attempts that fail: whoever tries secrets has few a minute. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    const now = this.options.clock.millis();
    while (this.failures.length > 0 && this.failures[0]! <= now - ATTEMPTS_MS) this.failures.shift();
    if (this.failures.length >= MAX_ATTEMPTS) throw new Error('too many attempts failed: try again in a minute');
    try {
      return await work();
    } catch (error) {
      this.failures.push(now);
      throw error;
    }
  }

  private requireOpen() {
    if (!this.opened) throw new Error('the service is sealed: open it first');
    return this.opened;
  }

  private requireSealed(): void {
    if (this.isUnsealed) throw new Error('the service is open already');
  }
}

/** A file that the operator made; the service only reads it, and only now and at a start. */
export const enrollFile: ProtectIdentity = async (parameters) => {
  const path = parameters['path'];
  if (typeof path !== 'string' || !path.startsWith('/')) throw new Error('a file is named by its whole path');
  const { identity } = await readIdentityFile(path, 'the file of the new provider');
  const recipient = await identity.recipient();
  identity.forget();
  return { recipient, parameters: { path } };
};

function textOf(request: OperatorRequest, name: string): string {
  const value = request[name];
  if (typeof value !== 'string') throw new Error(`the command needs ${name}`);
  return value;
}

function parametersOf(request: OperatorRequest): ProviderParameters {
  const parameters = request['parameters'] ?? {};
  const isPlain =
    typeof parameters === 'object' && Object.values(parameters).every((value) => /^(string|number)$/.test(typeof value));
  if (!isPlain) throw new Error('parameters are texts and numbers');
  return parameters as ProviderParameters;
}
