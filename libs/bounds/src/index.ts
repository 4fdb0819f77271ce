export { type Bound, type BoundUnit, describeBounds, valuesOf } from './bound';
export { httpBounds, HTTP } from './http.bounds';
export { requestBounds, REQUEST } from './request.bounds';
