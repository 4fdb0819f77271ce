export { FairGate, type FairGateOptions, type Leave } from './fair-gate';
