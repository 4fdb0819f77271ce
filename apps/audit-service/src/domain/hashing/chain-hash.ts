export { chainHash, chainStart } from '@strongroom/merkle';
