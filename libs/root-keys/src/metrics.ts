import type { Metrics } from '@strongroom/telemetry';
import { Gauge } from 'prom-client';
import type { Operator } from './operator';

/** Whether the service waits for somebody to open its root key, and what a rotation has still to do. */
export function measureRootKeys({ registry }: Metrics, operator: Operator): void {
  new Gauge({
    name: 'strongroom_root_key_sealed',
    help: '1 while the service waits for somebody to open its root key',
    registers: [registry],
    collect() {
      this.set(operator.isOpen ? 0 : 1);
    },
  });
  new Gauge({
    name: 'strongroom_root_key_rows_left',
    help: 'Rows that a rotation of the root key has still to seal anew, those that do not open included',
    registers: [registry],
    async collect() {
      const left = Object.values((await operator.progress())?.left ?? {});
      this.set(left.reduce((sum, count) => sum + count, 0));
    },
  });
}
