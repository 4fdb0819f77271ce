export { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT, type Bounds } from './bounded';
export { ClusterEndpoints, endpointsOf, type Resolve } from './cluster-endpoints';
export { egressConfig, type EgressSettings } from './egress-config';
export { EgressRules, type Destination, type Verdict } from './egress-rules';
export { targetHttp, type TargetHttp, type TargetRequest, type TargetResponse } from './target-http';
export {
  CheckedNetwork,
  codeOf,
  lookupOf,
  MAX_ANSWER,
  resolveBySystem,
  unreachable,
  type TargetAddress,
  type TargetNetwork,
} from './target-network';
export { type TargetTls } from './target-tls';
export { functionUnreachable, logUnreachable, TargetUnreachable } from './target-unreachable';
