import { ClusterEndpoints } from './cluster-endpoints';
import { EgressRules } from './egress-rules';
import { CheckedNetwork, resolveBySystem, type TargetNetwork } from './target-network';

/** For tests: the network without an operator's rules and without a cluster. */
export const anywhere: TargetNetwork = new CheckedNetwork(EgressRules.parse(''), new ClusterEndpoints([], resolveBySystem));
