import type { AddCommand } from '../program';
import { addGet } from './secrets/get.command';
import { addLs } from './secrets/ls.command';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [addGet, addLs];
