import type { Authorizer, Caller, PrincipalSource } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { CallContext } from '@strongroom/grpc-kit';
import type { FunctionDirectory } from '../domain/function-directory';
import type { FunctionStore } from '../domain/function-store.port';
import type { RunControl } from '../domain/run-control';
import type { RunHistory } from '../domain/run-history.port';
import type { SecretAccess } from '../domain/secret-access.port';

/** The dependencies of the handlers; `server.ts` creates them. */
export interface Dependencies {
  access: SecretAccess;
  authorizer: Authorizer;
  principals: PrincipalSource;
  history: RunHistory;
  control: RunControl;
  functions: FunctionDirectory;
  store: FunctionStore;
  clock: Clock;
  region: string;
  builtInTimeoutMs: number;
}

export type Call = CallContext<Caller>;

export const SECRET_TYPE = 'AWS::SecretsManager::Secret';
export const FUNCTION_TYPE = 'AWS::Lambda::Function';
