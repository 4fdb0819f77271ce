import type { LogFields } from './log-fields';
import type { LogLevel, Logger } from './logger';

export interface LogSamplerOptions {
  logger: Logger;
  /** Lines of one kind in a second. Default 10. */
  perSecond?: number;
  /** Runs `work` once, after so many milliseconds, unless the process ends first. Default: a timer. */
  later?: (work: () => void, milliseconds: number) => void;
}

const WINDOW_MS = 1_000;
const DEFAULT_PER_SECOND = 10;

interface Kind {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
  lines: number;
  omitted: number;
}

/**
 * Writes lines that a caller can cause at will: of each kind so many a second, and, when the second is over, one that says how many more there
 * were. The kinds are the program's own, such as a method and a status code, so that there is a bounded number of them.
 */
export class LogSampler {
  private kinds = new Map<string, Kind>();
  private readonly logger: Logger;
  private readonly perSecond: number;
  private readonly later: NonNullable<LogSamplerOptions['later']>;

  constructor({ logger, perSecond = DEFAULT_PER_SECOND, later }: LogSamplerOptions) {
    this.logger = logger;
    this.perSecond = perSecond;
    this.later = later ?? ((work, milliseconds) => void setTimeout(work, milliseconds).unref());
  }

  debug(kind: string, message: string, fields: LogFields): void {
    this.write('debug', kind, message, fields);
  }

  warn(kind: string, message: string, fields: LogFields): void {
    this.write('warn', kind, message, fields);
  }

  error(kind: string, message: string, fields: LogFields): void {
    this.write('error', kind, message, fields);
  }

  private write(level: LogLevel, kind: string, message: string, fields: LogFields): void {
    const known = this.kinds.get(kind);
    if (known === undefined) {
      if (this.kinds.size === 0) this.later(() => this.closeWindow(), WINDOW_MS);
      this.kinds.set(kind, { lines: 1, omitted: 0, level, message, fields: ofKind(fields) });
    } else if (known.lines < this.perSecond) known.lines++;
    else {
      known.omitted++;
      return;
    }
    this.logger[level](message, fields);
  }

  private closeWindow(): void {
    const kinds = this.kinds;
    this.kinds = new Map();
    for (const { omitted, level, message, fields } of kinds.values()) {
      if (omitted > 0) this.logger[level](message, { ...fields, omitted });
    }
  }
}

/** What all lines of a kind have in common. */
const ofKind = ({ method, code }: LogFields): LogFields => ({ method, code });
