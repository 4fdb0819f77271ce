import pino from 'pino';
import { boundedLog } from './bounded-log';
import { type LogFields, writableFields } from './log-fields';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Messages are constants, so that you can search for a line; variable data goes into fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  /** Appears in every line. */
  service: string;
  level: LogLevel;
  /** Takes one line of JSON at a time. Default: standard output. */
  destination?: { write(line: string): void };
  /** Limited to `LOG_BOUNDS` if standard output appends to it. */
  logFile?: string;
}

/** Writes one JSON object a line: time (ISO 8601, UTC), level, service, message, and the fields that `logFieldNames` lists. */
export function createLogger({
  service,
  level,
  logFile,
  destination = logFile === undefined ? undefined : boundedLog(logFile),
}: LoggerOptions): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const sink = destination === undefined ? pino(options) : pino(options, destination);
  const at =
    (name: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (!sink.isLevelEnabled(name)) return;
      if (fields === undefined) sink[name](message);
      else sink[name](writableFields(fields), message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const ignore = (): void => undefined;

/** Writes nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
