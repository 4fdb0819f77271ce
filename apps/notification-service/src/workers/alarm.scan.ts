import type { Logger } from '@strongroom/telemetry';
import type { AlarmWatch } from '../domain/alarms/alarm-watch';
import { RepeatedLook } from './repeated-look';

/** Looks at alarms that are due: regularly, and when there may be something new. */
export class AlarmScan extends RepeatedLook {
  constructor(watch: Pick<AlarmWatch, 'look'>, intervalMs: number, logger: Logger) {
    super(async (signal) => {
      try {
        await watch.look(signal);
      } catch (error) {
        if (!signal.aborted) logger.warn('the look at alarms has failed', { error });
      }
    }, intervalMs);
  }
}
