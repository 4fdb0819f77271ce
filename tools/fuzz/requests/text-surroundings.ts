import type { Thing } from '../world/names';
import type { Dice } from './dice';

/** Says which of the things of a kind a request names. */
export type Naming = (thing: Thing, dice: Dice) => string;

export interface TextSurroundings {
  dice: Dice;
  naming: Naming;
  /** Stands in each value that must not show anywhere; absent where the value may end up in another field. */
  canary?: string;
}
