export { type AccessProcedures, type AccessQuestion, type AccessVerdict } from './access';
export { type ClusterHealth, type ClusterProcedures, type ServiceHealth } from './cluster';
export { type ConsoleApi, type ConsoleErrorShape, type ConsoleProcedures } from './console-api';
export { type Input, type Output } from './fields';
export {
  type CanaryRead,
  type EndingCertificate,
  type FailedRotation,
  type Findings,
  type HomeProcedures,
  type OverdueRotation,
  type Overview,
  type PlannedDeletion,
  type SecretOnHome,
  type TrailState,
} from './home';
export { type Part, type Problem } from './problem';
export { type DerivedProcedures, type Mutation, type ProceduresOf, type Query } from './procedures';
export {
  type DecidingPolicy,
  type JudgedPrincipal,
  type KeyDifference,
  type Right,
  type SecretProcedures,
  type WhoCan,
} from './secret';
export {
  type Person,
  type RedeemLinkInput,
  type SessionProcedures,
  type SignInAnswer,
  type SignInInput,
  type SignInProvider,
} from './session';
export {
  type PatternTrial,
  type RecordsInput,
  type StatementFile,
  type StatementProcedures,
  type TrailProcedures,
} from './trail';
export { transformer } from './transformer';
