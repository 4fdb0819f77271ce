import type { Metrics } from '@strongroom/telemetry';
import { Counter, Gauge } from 'prom-client';
import type { CheckpointMetrics } from './domain/checkpoint-rounds';
import type { IngestionMetrics } from './domain/ingestion';
import type { SealingMetrics } from './domain/sealing';

/** What an operator needs to know: does the trail keep up, and is it sealed? */
export const trailMetrics = (
  { registry }: Metrics,
  clock: { millis(): number },
  journalLength: () => Promise<number>,
): IngestionMetrics & SealingMetrics & CheckpointMetrics => {
  const registers = [registry];
  const events = new Counter({
    name: 'strongroom_audit_events_stored_total',
    help: 'Events put into the trail by this process',
    registers,
  });
  const lag = new Gauge({
    name: 'strongroom_audit_lag_seconds',
    help: 'Time that the last stored entry spent in the journal',
    registers,
  });
  const seals = new Counter({ name: 'strongroom_audit_seals_total', help: 'Seals made by this process', registers });
  const failures = new Counter({
    name: 'strongroom_audit_seal_failures_total',
    help: 'Attempts to seal the trail that failed',
    registers,
  });
  const checkpoints = new Counter({
    name: 'strongroom_audit_checkpoints_total',
    help: 'Checkpoints of the trail that this process made by itself',
    registers,
  });
  const checkpointFailures = new Counter({
    name: 'strongroom_audit_checkpoint_failures_total',
    help: 'Rounds in which a checkpoint could not be made or copied',
    registers,
  });
  const incidents = new Counter({
    name: 'strongroom_audit_journal_incidents_total',
    help: 'Forged, missing and replayed journal entries that this process found',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of ['forged', 'missing', 'replayed'] as const) incidents.inc({ kind }, 0);
  new Gauge({
    name: 'strongroom_audit_journal_entries',
    help: 'Journal entries that are not in the trail yet',
    registers,
    async collect() {
      this.set(await journalLength().catch(() => NaN));
    },
  });
  return {
    stored(count, entryId) {
      events.inc(count);
      lag.set(Math.max(0, clock.millis() - Number(entryId.split('-')[0])) / 1_000);
    },
    incident: (kind, count) => incidents.inc({ kind }, count),
    sealed: () => seals.inc(),
    sealFailed: () => failures.inc(),
    checkpointed: () => checkpoints.inc(),
    checkpointFailed: () => checkpointFailures.inc(),
  };
};
