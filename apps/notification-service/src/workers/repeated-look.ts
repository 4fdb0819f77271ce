/** A look that is taken regularly, and when there may be something new; one at a time. */
export class RepeatedLook {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** There may be something that the look under way has missed. */
  private isWanted = false;

  /**
   * @param once never rejects
   * @param intervalMs from one look to the next, milliseconds; a quarter more or less, so that processes do not look together
   */
  constructor(
    private readonly once: (signal: AbortSignal) => Promise<void>,
    private readonly intervalMs: number,
  ) {}

  /** Looks now, or once more after the look that is under way. */
  look(): void {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.timer);
    if (this.running !== undefined) {
      this.isWanted = true;
      return;
    }
    this.running = this.once(this.stopping.signal).finally(() => {
      this.running = undefined;
      if (this.stopping.signal.aborted) return;
      if (this.isWanted) {
        this.isWanted = false;
        this.look();
      } else this.timer = setTimeout(() => this.look(), this.intervalMs * (0.75 + Math.random() / 2));
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }
}
