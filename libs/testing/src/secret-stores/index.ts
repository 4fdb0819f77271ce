export { DopplerServer } from './doppler.server';
export { InfisicalServer } from './infisical.server';
export { ParameterStoreServer } from './parameter-store.server';
export { VaultServer } from './vault.server';
