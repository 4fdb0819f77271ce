import { AGENT } from '@strongroom/bounds';
import type { IncomingMessage } from 'node:http';
import { type Answer, textAnswer } from './answer';

export interface GateOptions {
  /** Names of the headers that may have the token. */
  tokenHeaders: readonly string[];
  /** What requests may call this host, without the port; undefined: anything, for a socket that no browser reaches. */
  hosts?: readonly string[];
  /** Whether a text is the token. */
  isToken(text: string): boolean;
  /** The most connections on which programs are answered. */
  maxConnections: number;
}

/** Why a request is refused before anybody looks at what it asks for; the names are those of the metric. */
export type RefusalReason = 'connections' | 'headers' | 'forwarded' | 'host' | 'token' | 'method' | 'body' | 'busy';

export interface Refusal {
  readonly reason: RefusalReason;
  readonly answer: Answer;
}

type HeaderRole = 'token' | 'host' | 'forwarded' | 'body';

/** Proxies set them. What comes over a proxy may come from anywhere. */
const FORWARDING = ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Forwarded-Host', 'X-Real-Ip'];
const BODY = ['Content-Length', 'Transfer-Encoding'];

export const refusals: Readonly<Record<RefusalReason, Refusal>> = {
  connections: { reason: 'connections', answer: textAnswer(429, 'Connection limit exceeded') },
  headers: { reason: 'headers', answer: textAnswer(431, `A request has at most ${AGENT.headers} headers`) },
  forwarded: { reason: 'forwarded', answer: textAnswer(400, 'Forwarded') },
  host: { reason: 'host', answer: textAnswer(403, 'Bad Host') },
  token: { reason: 'token', answer: textAnswer(403, 'Bad Token') },
  method: { reason: 'method', answer: textAnswer(405, 'Not allowed') },
  body: { reason: 'body', answer: textAnswer(400, 'A request must have no body') },
  busy: { reason: 'busy', answer: textAnswer(429, 'Too many requests') },
};

/** What the headers say, as far as the agent wants to know. */
interface Heading {
  hasToken: boolean;
  /** Names of headers whose first value has been seen, which alone counts. */
  tokens: string[];
  host: string | undefined;
  isForwarded: boolean;
  hasBody: boolean;
}

/**
 * Lets in who shows the token and comes straight from this machine. It reads the headers as they were sent, because Node's table
 * of them takes longer than all the rest of an answer from memory.
 */
export class RequestGate {
  private readonly roles: ReadonlyMap<string, HeaderRole>;
  private readonly lengths: ReadonlySet<number>;
  private readonly hosts: ReadonlySet<string> | undefined;
  /** The last host that was ours: mostly the next one, too. */
  private lastHost = '';

  constructor(private readonly options: GateOptions) {
    // As they are mostly written, too, so that they need not be changed to be found.
    const role = (names: readonly string[], its: HeaderRole) =>
      names.flatMap((name) => [[name, its] as const, [name.toLowerCase(), its] as const]);
    this.roles = new Map([
      ...role(FORWARDING, 'forwarded'),
      ...role(BODY, 'body'),
      ...role(['Host'], 'host'),
      ...role(options.tokenHeaders, 'token'),
    ]);
    this.lengths = new Set([...this.roles.keys()].map(({ length }) => length));
    this.hosts = options.hosts && new Set(options.hosts.map((name) => name.toLowerCase()));
  }

  /** @returns why it is refused; undefined: it is let in */
  check(request: IncomingMessage, connections: number): Refusal | undefined {
    if (connections > this.options.maxConnections) return refusals.connections;
    if (request.rawHeaders.length > 2 * AGENT.headers) return refusals.headers;
    const { hasToken, host, isForwarded, hasBody } = this.read(request.rawHeaders);
    if (isForwarded) return refusals.forwarded;
    if (this.hosts !== undefined && !this.isOurs(this.hosts, host)) return refusals.host;
    if (!hasToken) return refusals.token;
    if (request.method !== 'GET') return refusals.method;
    return hasBody ? refusals.body : undefined;
  }

  private read(raw: readonly string[]): Heading {
    const heading: Heading = { hasToken: false, tokens: [], host: undefined, isForwarded: false, hasBody: false };
    for (let at = 0; at < raw.length; at += 2) {
      const name = raw[at]!;
      if (!this.lengths.has(name.length)) continue;
      const value = raw[at + 1]!;
      switch (this.roles.get(name) ?? this.roles.get(name.toLowerCase())) {
        case 'token':
          if (isFirst(heading.tokens, name)) heading.hasToken ||= this.options.isToken(value);
          break;
        case 'host':
          // Two hosts are none.
          heading.host = heading.host === undefined ? value : '';
          break;
        case 'forwarded':
          heading.isForwarded = true;
          break;
        case 'body':
          heading.hasBody ||= value !== '0';
          break;
        case undefined:
      }
    }
    return heading;
  }

  /** A page whose name leads to this machine (DNS rebinding) has its own name as the host. */
  private isOurs(hosts: ReadonlySet<string>, host: string | undefined): boolean {
    if (host === undefined || host === '') return false;
    if (host === this.lastHost) return true;
    if (!hosts.has(host.replace(/:\d{1,5}$/, '').toLowerCase())) return false;
    this.lastHost = host;
    return true;
  }
}

function isFirst(seen: string[], name: string): boolean {
  const lower = name.toLowerCase();
  return !seen.includes(lower) && seen.push(lower) > 0;
}
