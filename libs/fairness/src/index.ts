export { FairCache, type FairCacheOptions } from './fair-cache';
export { FairGate, type FairGateOptions, type Leave } from './fair-gate';
export { Crowd, type Place } from './crowd';
export { FairShare } from './fair-share';
export { Quota } from './quota';
