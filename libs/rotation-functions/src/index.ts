export { builtInFunctions } from './built-in-functions';
export { type BuiltInCall, type BuiltInFunction } from './shared/built-in-function.port';
export { type RotatingSecret, type RotatingVersion, type RotationStage } from './shared/rotating-secret.port';
