import type { TRPCBuiltRouter, TRPCDefaultErrorShape } from '@trpc/server';
import type { AccessProcedures } from './access';
import type { ClusterProcedures } from './cluster';
import type { HomeProcedures } from './home';
import type { Problem } from './problem';
import type { DerivedProcedures } from './procedures';
import type { SecretProcedures } from './secret';
import type { SessionProcedures } from './session';
import type { StatementProcedures, TrailProcedures } from './trail';

export interface ConsoleErrorShape extends TRPCDefaultErrorShape {
  data: TRPCDefaultErrorShape['data'] & { readonly problem: Problem };
}

interface ConsoleTypes {
  ctx: object;
  meta: object;
  errorShape: ConsoleErrorShape;
  transformer: true;
}

/** Every procedure of the console's API. */
export type ConsoleProcedures = DerivedProcedures & {
  access: AccessProcedures;
  session: SessionProcedures;
  home: HomeProcedures;
  cluster: ClusterProcedures;
  secret: SecretProcedures;
  trail: TrailProcedures;
  statements: StatementProcedures;
};

/** The type of the console's router, for the client of the page. */
export type ConsoleApi = TRPCBuiltRouter<ConsoleTypes, ConsoleProcedures>;
