export { compilePolicy, validatePolicy } from './compile';
export { type Calls, CONDITION_KEYS, type ConditionKey, conditionKeyOf } from './condition-keys';
export { contextByKey, contextOf } from './context';
export { evaluate } from './evaluate';
export { isServiceName, principalArnFault } from './principal-matcher';
export { grantsPublicAccess, publicGrants } from './public-access';
export { AMBIGUOUS } from './model';
export type { AuthorizationRequest, ContextLookup, ContextValue, Decision, Finding, PolicyKind, RequestPrincipal } from './model';
export type { CompiledPolicy, CompileOptions, PolicySet } from './compiled-policy';
