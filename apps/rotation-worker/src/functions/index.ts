import type { BuiltInFunction } from '../domain/built-in-function.port';
import { passwordFunction } from './password/password.function';

/** The rotation functions that come with Strongroom, by kind of server. */
export const builtInFunctions: readonly BuiltInFunction[] = [passwordFunction];
