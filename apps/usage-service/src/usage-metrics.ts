import type { Clock } from '@strongroom/clock';
import type { Metrics } from '@strongroom/telemetry';
import { Counter, Gauge } from 'prom-client';

/** What an operator needs to know: does the count keep up with the trail? */
export function usageMetrics({ registry }: Metrics, clock: Clock) {
  const registers = [registry];
  const events = new Counter({
    name: 'strongroom_usage_events_total',
    help: 'Events of the trail that this process has counted',
    registers,
  });
  const lag = new Gauge({
    name: 'strongroom_usage_lag_seconds',
    help: 'Age of the last event that this process has counted, when it was counted',
    registers,
  });
  return {
    taken: (count: number, newest: Date | undefined) => {
      events.inc(count);
      if (newest) lag.set(Math.max(0, clock.millis() - newest.getTime()) / 1_000);
    },
  };
}
