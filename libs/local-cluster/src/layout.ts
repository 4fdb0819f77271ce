// What a cluster consists of and where its files are, without anything that starts one.
export { ClusterLayout, PORTS_PER_CLUSTER, PORTS_PER_REPLICATED_CLUSTER } from './cluster/cluster-layout';
export {
  addressVariableOf,
  CONSOLE,
  CONSOLE_ADDRESS_VARIABLE,
  GATEWAY,
  GATEWAY_ADDRESS_VARIABLE,
  instancesOf,
  isService,
  isStore,
  programNames,
  programOf,
  redisUserNames,
  serviceNames,
  signInLink,
  services,
  type ComponentName,
  type InstanceName,
  type ProgramName,
  type RedisUserName,
  type ServiceName,
} from './cluster/services';
