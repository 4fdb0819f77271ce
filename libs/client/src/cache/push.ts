import { GRPC } from '@strongroom/bounds';
import { type Follower, type Following, Watch } from './watch';
import { WatchLine, type WatchLineOptions } from './watch-line';

/** A stream is opened anew for the sake of room once it has this many ended watches. */
const WORTH_RENEWING = 25;

/** Hears of changes: as few streams as hold all watches. What no stream has room for goes without push. */
export class Push {
  private readonly watches = new Map<string, Watch>();
  private readonly lines = new Set<WatchLine>();
  private readonly waiting = new Set<Watch>();
  private lastId = 0;

  constructor(private readonly options: WatchLineOptions) {}

  /** Whether it would tell of any change now; false while nothing is followed. */
  get isLive(): boolean {
    return this.lines.size > 0 && this.waiting.size === 0 && [...this.lines].every(({ isLive }) => isLive);
  }

  /** @param secretId that the cluster has taken before: a stream ends for a name that is none */
  follow(secretId: string, follower: Follower): Following {
    let watch = this.watches.get(secretId);
    if (!watch) {
      watch = new Watch(++this.lastId, secretId);
      this.watches.set(secretId, watch);
      this.place(watch);
    }
    watch.join(follower);
    const followed = watch;
    const { timers } = this.options;
    return {
      get isLive() {
        return followed.isLive;
      },
      aliveAt: () => (followed.isLive ? timers.now() : followed.wentAt),
      leave: () => this.leave(followed, follower),
    };
  }

  close(): void {
    for (const line of this.lines) line.close();
    this.lines.clear();
    this.watches.clear();
    this.waiting.clear();
  }

  private leave(watch: Watch, follower: Follower): void {
    watch.followers.delete(follower);
    if (watch.followers.size > 0 || this.watches.get(watch.secretId) !== watch) return;
    this.watches.delete(watch.secretId);
    this.waiting.delete(watch);
    const line = watch.line;
    line?.remove(watch);
    if (line?.size === 0) this.lines.delete(line as WatchLine);
    for (const other of this.waiting) if (!this.place(other)) return;
  }

  /** Whether there is a stream for it. */
  private place(watch: Watch): boolean {
    const line = [...this.lines].find(({ room }) => room > 0) ?? this.roomMade() ?? this.anotherLine();
    if (line) {
      this.waiting.delete(watch);
      line.add(watch);
    } else this.waiting.add(watch);
    return line !== undefined;
  }

  private roomMade(): WatchLine | undefined {
    const line = [...this.lines].find(({ spent }) => spent >= WORTH_RENEWING);
    line?.renew();
    return line;
  }

  private anotherLine(): WatchLine | undefined {
    if (this.lines.size >= GRPC.streamsOfCaller) return undefined;
    const line = new WatchLine(this.options);
    this.lines.add(line);
    return line;
  }
}
