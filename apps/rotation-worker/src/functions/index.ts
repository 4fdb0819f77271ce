import type { BuiltInFunction } from '../domain/built-in-function.port';
import { mysqlFunctions } from './mysql';
import { passwordFunction } from './password/password.function';

/** The rotation functions that come with Strongroom, by kind of server. */
export const builtInFunctions: readonly BuiltInFunction[] = [passwordFunction, ...mysqlFunctions];
