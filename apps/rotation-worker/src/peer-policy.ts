import type { PeerPolicy } from '@strongroom/grpc-kit';

/** Health and reflection have rules of their own; there is no RPC beside them yet. */
export const peerPolicy: PeerPolicy = {};
