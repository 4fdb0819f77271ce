import type { LogFields } from './log-fields';
import type { LogLevel, Logger } from './logger';

export interface LogSamplerOptions {
  logger: Logger;
  /** The lines of one kind in a second. Default 10. */
  perSecond?: number;
  /** Runs `work` once after this number of milliseconds, unless the process ends first. Default: a timer. */
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
 * Writes lines that callers can cause at will: a limited number of each kind a second, then one that says how many were left out.
 * The program chooses the kinds, such as a method and a status code, so their number is limited.
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

/** The fields that all lines of a kind share. */
const ofKind = ({ method, code }: LogFields): LogFields => ({ method, code });
