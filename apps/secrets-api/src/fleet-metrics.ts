import { type Clock, MINUTE, SECOND, unlessAborted } from '@strongroom/clock';
import type { Logger, Metrics } from '@strongroom/telemetry';
import { Gauge } from 'prom-client';
import { type Fleet, type FleetReader, SECRET_CLASSES } from './domain/fleet.port';

/** How old figures may at least be, milliseconds. */
const FRESH = MINUTE;
/** Reading takes at most one part in so many of the time, so that a large fleet is read less often. */
const SHARE = 20;
/** How long a question for the metrics waits for figures, milliseconds. */
const PATIENCE = 2 * SECOND;

/** The figures of the fleet, read when somebody asks, and kept for a while. */
export class FleetFigures {
  private known: Fleet | undefined;
  private goodUntil = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly reader: FleetReader,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The latest figures; undefined before the first are there, and when they cannot be read. */
  async latest(): Promise<Fleet | undefined> {
    if (this.clock.millis() >= this.goodUntil) {
      this.reading ??= this.read().finally(() => (this.reading = undefined));
      const late = () => new Error('still reading');
      await unlessAborted(this.reading, AbortSignal.timeout(PATIENCE), late).catch(() => undefined);
    }
    return this.known;
  }

  private async read(): Promise<void> {
    const start = this.clock.millis();
    try {
      this.known = await this.reader.read(this.clock.now());
    } catch (error) {
      this.known = undefined;
      this.logger.warn('the figures of all secrets cannot be read', { error });
    }
    const end = this.clock.millis();
    this.goodUntil = end + Math.max(FRESH, (end - start) * SHARE);
  }
}

/** What an operator needs to know of all secrets. No metric names one: there may be millions. */
export function fleetMetrics({ registry }: Metrics, figures: FleetFigures, clock: Clock): void {
  const registers = [registry];
  const age = (instant: Date | undefined) => instant && Math.max(0, clock.millis() - instant.getTime()) / 1_000;
  const byClass = (
    name: string,
    help: string,
    valueOf: (fleet: Fleet, of: (typeof SECRET_CLASSES)[number]) => number | undefined,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['class'],
      registers,
      async collect() {
        const fleet = await figures.latest();
        this.reset();
        for (const of of SECRET_CLASSES) {
          const value = fleet && valueOf(fleet, of);
          if (value !== undefined) this.set({ class: of }, value);
        }
      },
    });
  const single = (name: string, help: string, valueOf: (fleet: Fleet) => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const fleet = await figures.latest();
        this.set((fleet && valueOf(fleet)) ?? NaN);
      },
    });
  byClass(
    'strongroom_secrets',
    'Secrets that are not scheduled for deletion, by class',
    (fleet, of) => fleet.classes.get(of)?.secrets,
  );
  byClass(
    'strongroom_secrets_oldest_version_age_seconds',
    'Age of the oldest AWSCURRENT version, by class of its secret',
    (fleet, of) => age(fleet.classes.get(of)?.oldestVersionAt),
  );
  single(
    'strongroom_rotation_last_success_age_seconds',
    'Time since a rotation of any secret succeeded; NaN: none ever did',
    (fleet) => age(fleet.lastRotatedAt),
  );
  single('strongroom_rotations_overdue', 'Secrets whose rotation window has passed without a rotation', (fleet) => fleet.overdue);
}
