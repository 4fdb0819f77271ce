export { compilePolicy, validatePolicy } from './compile';
export { contextOf } from './context';
export { evaluate } from './evaluate';
export { grantsPublicAccess, publicGrants } from './public-access';
export type {
  AuthorizationRequest,
  CompiledPolicy,
  CompileOptions,
  ContextLookup,
  ContextValue,
  Decision,
  Finding,
  PolicyKind,
  PolicySet,
  RequestPrincipal,
} from './model';
