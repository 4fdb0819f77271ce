import { type Clock, SECOND, systemClock } from '@strongroom/clock';
import type { Terminal } from '../../terminal/terminal';

/** A terminal's line moves on this often; elsewhere there is a line this often. */
const MOVING = 200;
const LINES = 5 * SECOND;

/**
 * Says on standard error how far a long command is: on a terminal in one line that changes, elsewhere in a line every five
 * seconds.
 */
export class Progress {
  private lastAt: number;
  private shown = false;

  constructor(
    private readonly terminal: Pick<Terminal, 'stderr'>,
    private readonly clock: Clock = systemClock,
  ) {
    this.lastAt = clock.millis();
  }

  /** @param text says what was done, and holds nothing that others wrote */
  tell(text: string): void {
    const { stderr } = this.terminal;
    const now = this.clock.millis();
    if (now - this.lastAt < (stderr.isTTY ? MOVING : LINES)) return;
    this.lastAt = now;
    stderr.write(stderr.isTTY ? `\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}` : `${text}\n`);
    this.shown = true;
  }

  /** Takes the moving line away. */
  end(): void {
    if (this.shown && this.terminal.stderr.isTTY) this.terminal.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}
