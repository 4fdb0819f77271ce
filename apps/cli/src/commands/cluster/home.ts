import { resolve } from 'node:path';
import type { Environment } from '@strongroom/config';

/** The folder of the local cluster: the option, else what `npm start` takes. */
export const homeOf = (env: Environment, option?: string): string => resolve(option ?? env['STRONGROOM_HOME'] ?? '.strongroom');
