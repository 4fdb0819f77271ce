import type { Authorizer, Caller } from '@strongroom/access';
import type { CallContext } from '@strongroom/grpc-kit';
import type { RuleStore } from '../../domain/rules/rule-store.port';
import type { TargetKind } from '../../domain/target-kind.port';

/** What handlers of rules work with; `server.ts` makes it. */
export interface RuleDependencies {
  authorizer: Authorizer;
  rules: RuleStore;
  /** Where targets may lead. */
  kinds: readonly Pick<TargetKind, 'matches'>[];
  region: string;
}

export type Call = CallContext<Caller>;
