import type { NameCase } from '../../environment/variable-name';
import type { OfflineFlags } from '../../values/offline-flags';
import type { OnChange } from './on-change';

/** The options of `run`. */
export interface RunFlags extends OfflineFlags {
  secret?: string[];
  prefix?: string[];
  envFile?: string[];
  case: NameCase;
  envPrefix?: string;
  only?: boolean;
  passToken?: boolean;
  watch?: boolean;
  onChange: OnChange;
  onLost: 'keep' | 'stop';
  /** Milliseconds. */
  killAfter: number;
  /** Milliseconds. */
  minInterval: number;
}
