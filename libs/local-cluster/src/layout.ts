// What a cluster consists of and where its files are, without anything that starts one.
export { ClusterLayout, PORTS_PER_CLUSTER } from './cluster/cluster-layout';
export {
  GATEWAY,
  GATEWAY_ADDRESS_VARIABLE,
  programNames,
  serviceNames,
  services,
  type ComponentName,
  type ProgramName,
  type ServiceName,
} from './cluster/services';
