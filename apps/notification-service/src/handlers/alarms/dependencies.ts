import type { Authorizer, Caller } from '@strongroom/access';
import type { CallContext } from '@strongroom/grpc-kit';
import type { AlarmBook } from '../../domain/alarms/alarm-book';
import type { AlarmStore } from '../../domain/alarms/alarm-store.port';
import type { TargetKind } from '../../domain/target-kind.port';

export type Call = CallContext<Caller>;

/** What handlers of alarms work with; `server.ts` makes it. */
export interface AlarmDependencies {
  authorizer: Authorizer;
  book: AlarmBook;
  store: Pick<AlarmStore, 'find' | 'history'>;
  kinds: readonly TargetKind[];
  region: string;
}
