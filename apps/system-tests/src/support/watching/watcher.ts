import { setTimeout as sleep } from 'node:timers/promises';
import {
  type SecretsServiceClient,
  type SecretWatch,
  WatchSecretsRequest,
  type WatchSecretsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { fromStatus } from '@strongroom/grpc-kit';
import { ABSENT, type Committed, outOfOrder, type State, stateOfNotice } from './secret-history';
import { TAG } from './writers';

type What = NonNullable<SecretWatch['what']>;
type History = ReadonlyMap<string, readonly Committed[]>;

/** A watch, and what has been heard by it. */
interface Heard {
  what: What;
  /** By name, in the order in which they were told. */
  states: Map<string, State[]>;
  /** What has been told on this stream. */
  names: Set<string>;
  /** How many states of each secret had been committed when it was asked for on this stream. */
  asked: Map<string, number>;
}

/** How a secret was when a watch of it was ready. */
interface Start {
  watchId: number;
  name: string;
  last: State;
  /** How many of its states had been committed when the watch was asked for. */
  length: number;
}

const PAUSE_MS = 50;
/** How a stream may end under faults: all of it says that another one may succeed. */
const EXCUSABLE: ReadonlySet<string> = new Set(['unavailable', 'deadline-exceeded', 'cancelled']);

/** Watches secrets as programs do: if its stream breaks, it opens another one at the next address, with its last token. */
export class Watcher {
  readonly problems: string[] = [];
  /** Streams that went on where another one had ended. */
  resumed = 0;
  token = '';
  private readonly watches: Heard[];
  private readonly starts: Start[] = [];
  private stream: { cancel(): void } | undefined;
  private isStopped = false;

  constructor(
    readonly name: string,
    /** Of the servers that it may ask, the first one first. */
    private readonly clients: readonly SecretsServiceClient[],
    private readonly committed: History,
    whats: readonly What[],
  ) {
    this.watches = whats.map((what) => ({ what, states: new Map(), names: new Set(), asked: new Map() }));
    void this.run();
  }

  stop(): void {
    this.isStopped = true;
    this.stream?.cancel();
  }

  /** What it last heard that is not so, by watch and name. */
  get wrong(): string[] {
    return this.each((heard, name, committed) => {
      const [last, is] = [heard.states.get(name)?.at(-1) ?? ABSENT, committed.at(-1)!];
      return last === is ? undefined : `last heard ${last}, but it is ${is}`;
    });
  }

  /** What it heard in an order in which it was not committed, or that never was, by watch and name. */
  get invented(): string[] {
    return this.each((heard, name, committed) => {
      const states = outOfOrder(heard.states.get(name) ?? [], committed);
      return states && `heard ${states.join(', then ')}; committed were ${committed.slice(-12).join(', ')}`;
    });
  }

  /** The watches that were ready before they had told what was committed before they began. */
  get late(): string[] {
    return this.starts.flatMap(({ watchId, name, last, length }) => {
      const committed = statesFor(this.watches[watchId]!.what, name, this.committed.get(name)!);
      if (committed === undefined || committed.lastIndexOf(last) >= length - 1) return [];
      return [`${this.name}, watch ${watchId}, ${name}: ready at ${last}, but it was ${committed[length - 1]}`];
    });
  }

  private each(look: (heard: Heard, name: string, committed: State[]) => string | undefined): string[] {
    return this.watches.flatMap((heard, id) =>
      [...this.committed].flatMap(([name, committed]) => {
        const states = statesFor(heard.what, name, committed);
        const found = states && look(heard, name, states);
        return found === undefined ? [] : [`${this.name}, watch ${id}, ${name}: ${found}`];
      }),
    );
  }

  private async run(): Promise<void> {
    for (let n = 0; !this.isStopped; n++) {
      await this.follow(this.clients[n % this.clients.length]!);
      await sleep(PAUSE_MS);
    }
  }

  /** Resolves when the stream has ended. */
  private follow(client: SecretsServiceClient): Promise<void> {
    const { token } = this;
    let isOpen = false;
    const stream = client.watchSecrets();
    this.stream = stream;
    for (const heard of this.watches) {
      heard.names.clear();
      heard.asked = new Map([...this.committed].map(([name, { length }]) => [name, length]));
    }
    const add = this.watches.map(({ what }, id) => ({ id, what, resumeToken: token }));
    stream.write(WatchSecretsRequest.fromPartial({ add }));
    return new Promise((resolve) => {
      stream.on('data', (response: WatchSecretsResponse) => {
        if (!isOpen && token !== '') this.resumed++;
        isOpen = true;
        this.hear(response);
      });
      stream.on('error', (error: Parameters<typeof fromStatus>[0]) => {
        const { kind, message } = fromStatus(error);
        if (!EXCUSABLE.has(kind)) this.problems.push(`${this.name}: ${kind} ${message}`);
        resolve();
      });
      stream.on('end', resolve);
    });
  }

  private hear({ notices, ready, resumeToken }: WatchSecretsResponse): void {
    for (const notice of notices) {
      const heard = this.watches[notice.watchId]!;
      heard.names.add(notice.name);
      append(heard, notice.name, stateOfNotice(notice));
    }
    for (const { watchId, complete } of ready) {
      const heard = this.watches[watchId]!;
      if (complete && heard.what.$case !== 'secretId') {
        for (const name of heard.states.keys()) if (!heard.names.has(name)) append(heard, name, ABSENT);
      }
      for (const [name, length] of heard.asked) {
        this.starts.push({ watchId, name, length, last: heard.states.get(name)?.at(-1) ?? ABSENT });
      }
    }
    this.token = resumeToken ?? this.token;
  }
}

const append = ({ states }: Heard, name: string, state: State): void => {
  const before = states.get(name);
  if (before) before.push(state);
  else states.set(name, [state]);
};

/** As the watch sees them; undefined: it does not watch this secret. */
const statesFor = (what: What, name: string, committed: readonly Committed[]): State[] | undefined => {
  if (what.$case === 'secretId' && what.value !== name) return undefined;
  if (what.$case === 'namePrefix' && !name.startsWith(what.value)) return undefined;
  if (what.$case === 'tag' && what.value.key !== TAG.key) return undefined;
  return committed.map(({ state, isTagged }) => (what.$case === 'tag' && !isTagged ? ABSENT : state));
};
