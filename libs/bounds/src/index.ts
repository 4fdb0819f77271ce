export { AGENT, agentBounds } from './agent.bounds';
export { type Bound, type BoundUnit, describeBounds, valuesOf } from './bound';
export { CONSOLE, consoleBounds } from './console.bounds';
export { grpcBounds, GRPC } from './grpc.bounds';
export { httpBounds, HTTP } from './http.bounds';
export { networkOf, plainAddress } from './network';
export { requestBounds, REQUEST } from './request.bounds';
export { SIGN_IN, signInBounds } from './sign-in.bounds';
