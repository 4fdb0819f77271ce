import { lookup as systemLookup } from 'node:dns/promises';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import { isDomainError } from '@strongroom/errors';
import { TargetUnreachable } from './target-unreachable';
import { bounded, CONNECT_TIMEOUT } from './bounded';
import type { TargetTls } from './target-tls';
import { isClosed } from './closed-addresses';
import type { ClusterEndpoints, Resolve } from './cluster-endpoints';
import type { EgressRules } from './egress-rules';

export interface TargetAddress {
  host: string;
  port: number;
  /** What names the server in messages, such as `the fields "host" and "port" of AWSCURRENT`. */
  named: string;
}

/** Rotation's only way out: every connection to somebody else's server is made here. */
export interface TargetNetwork {
  /**
   * Connects to one of the host's addresses that rotation may reach. The connection ends when more than MAX_ANSWER bytes have
   * arrived, or when its reader throws. Rejects with TargetUnreachable, or when the signal aborts.
   */
  open(target: TargetAddress, signal: AbortSignal): Promise<Socket>;
  /** The same, over TLS. */
  openTls(target: TargetAddress, tls: TargetTls, signal: AbortSignal): Promise<TLSSocket>;
  /** TLS over a connection that was opened here and has agreed to it. */
  secure(socket: Socket, target: TargetAddress, tls: TargetTls, signal: AbortSignal): Promise<TLSSocket>;
}

/** The most bytes that a server may send in one session. */
export const MAX_ANSWER = 5 * 1024 * 1024;
/** The time between two checks of how much has arrived, milliseconds. */
const LOOK_MS = 5;

const TOO_MUCH = 'ERR_ANSWER_TOO_LONG';
const MALFORMED = 'ERR_ANSWER_MALFORMED';

/** Resolves names as the system does, including odd forms of addresses. */
export const resolveBySystem: Resolve = async (host) =>
  (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Only the code of an error of the system or of a driver. */
export const codeOf = (error: unknown): string => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  if (first !== undefined) return codeOf(first);
  if (typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code)) return code;
  return cause === undefined ? 'no reason given' : codeOf(cause);
};

export class CheckedNetwork implements TargetNetwork {
  constructor(
    private readonly rules: EgressRules,
    private readonly cluster: Pick<ClusterEndpoints, 'include'>,
    private readonly resolver: Resolve = resolveBySystem,
  ) {}

  /**
   * The host's addresses that rotation may connect to. The name is resolved once, and only these addresses are used, so a name
   * that changes a moment later has no effect. Rejects with TargetUnreachable if there are none.
   */
  async resolve({ host, port, named }: TargetAddress, signal: AbortSignal): Promise<string[]> {
    const asked = isIP(host) ? Promise.resolve([host]) : this.resolver(host);
    const addresses = await this.within(asked, signal, named);
    const allowed: string[] = [];
    for (const address of addresses) if (await this.mayReach(host, address, port)) allowed.push(address);
    if (allowed.length === 0) throw new TargetUnreachable(named, 'not allowed by the egress rules');
    return allowed;
  }

  async open(target: TargetAddress, signal: AbortSignal): Promise<Socket> {
    const addresses = await this.resolve(target, signal);
    const { host, port, named } = target;
    const lookup = lookupOf(addresses);
    // With a name and not an address, the system chooses among several addresses, but only among ours.
    const socket = connect({ host: isIP(host) ? addresses[0] : host, port, lookup, noDelay: true });
    guard(socket);
    limitAnswer(socket);
    const connected = new Promise<Socket>((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('error', reject);
    });
    return this.within(connected, signal, named, () => socket.destroy());
  }

  async openTls(target: TargetAddress, tls: TargetTls, signal: AbortSignal): Promise<TLSSocket> {
    return this.secure(await this.open(target, signal), target, tls, signal);
  }

  async secure(
    socket: Socket,
    { host, named }: TargetAddress,
    { ca, rejectUnauthorized, servername }: TargetTls,
    signal: AbortSignal,
  ): Promise<TLSSocket> {
    const secure = connectTls({
      socket,
      ca,
      rejectUnauthorized,
      servername,
      minVersion: 'TLSv1.2',
      checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    });
    guard(secure);
    const secured = new Promise<TLSSocket>((resolve, reject) => {
      secure.once('secureConnect', () => resolve(secure));
      secure.once('error', reject);
      secure.once('close', () => reject(new Error('closed')));
    });
    return this.within(secured, signal, named, () => {
      secure.destroy();
      socket.destroy();
    });
  }

  private async mayReach(host: string, address: string, port: number): Promise<boolean> {
    const verdict = this.rules.decide({ host, address, port });
    if (verdict === 'deny' || verdict === 'open') return verdict === 'open';
    return !isClosed(address) && !(await this.cluster.include(address, port));
  }

  private async within<T>(work: Promise<T>, signal: AbortSignal, named: string, giveUp: () => void = () => {}): Promise<T> {
    try {
      return await bounded(work, { signal, milliseconds: CONNECT_TIMEOUT, what: 'The connection', giveUp });
    } catch (error) {
      giveUp();
      throw unreachable(named, error);
    }
  }
}

/** The error for a failed connection; an error that says that the step ended stays as it is. */
export const unreachable = (named: string, error: unknown): Error => {
  if (error instanceof TargetUnreachable) return error;
  if (!isDomainError(error)) return new TargetUnreachable(named, codeOf(error));
  return error.kind === 'deadline-exceeded' ? new TargetUnreachable(named, 'ETIMEDOUT') : error;
};

/** Resolves every name to these addresses. */
export const lookupOf = (addresses: readonly string[]): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_, options, done) => {
    if (options.all) return done(null, all);
    done(null, all[0]!.address, all[0]!.family);
  };
};

/** If a driver throws while it reads from a server, the process would end; this ends the connection. */
const guard = (socket: Socket): void => {
  socket.on('error', () => {});
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...args);
    try {
      return emit(event, ...args);
    } catch (cause) {
      socket.destroy(Object.assign(new Error('malformed', { cause }), { code: MALFORMED }));
      return true;
    }
  };
};

/** Ends a connection on which more arrives than any of our answers has: a server that never stops would fill the memory. */
const limitAnswer = (socket: Socket): void => {
  const look = setInterval(() => {
    if (socket.bytesRead > MAX_ANSWER) socket.destroy(Object.assign(new Error('too long'), { code: TOO_MUCH }));
  }, LOOK_MS);
  look.unref();
  socket.once('close', () => clearInterval(look));
};
