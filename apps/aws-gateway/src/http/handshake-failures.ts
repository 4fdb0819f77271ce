import { type Logger, LogSampler } from '@strongroom/telemetry';
import { Counter, type Registry } from 'prom-client';
import { plainAddress } from '@strongroom/bounds';

/** The most log lines a second for each reason. */
const LOGGED = 1;
/** The most reasons that are counted separately. */
const MAX_REASONS = 32;
const OTHER = 'other';

/**
 * Counts clients that fail in the TLS handshake, above all those that do not know the cluster's authority, and logs some of them.
 */
export class HandshakeFailures {
  private readonly counter: Counter<'reason'>;
  private readonly reasons = new Set<string>();

  private readonly log: LogSampler;

  constructor(registry: Registry, logger: Logger) {
    this.log = new LogSampler({ logger, perSecond: LOGGED });
    this.counter = new Counter({
      name: 'strongroom_tls_handshake_failures_total',
      help: 'Connections that ended before TLS was set up, by reason',
      labelNames: ['reason'],
      registers: [registry],
    });
  }

  add(address: string | undefined, error: Error): void {
    const reason = this.reasonOf(error);
    this.counter.inc({ reason });
    this.log.warn(reason, 'a TLS handshake failed', { peer: plainAddress(address), code: reason });
  }

  /** OpenSSL's name for it, such as ERR_SSL_TLSV1_ALERT_UNKNOWN_CA. */
  private reasonOf(error: Error): string {
    const code = (error as NodeJS.ErrnoException).code ?? OTHER;
    if (this.reasons.has(code)) return code;
    if (this.reasons.size === MAX_REASONS || !/^\w{1,80}$/.test(code)) return OTHER;
    this.reasons.add(code);
    return code;
  }
}
