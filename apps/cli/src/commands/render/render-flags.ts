import type { OfflineFlags } from '../../values/offline-flags';
import type { AfterWrite } from './after-write';

/** The options of `render`. */
export interface RenderFlags extends OfflineFlags {
  out?: string;
  mode: number;
  check?: boolean;
  watch?: boolean;
  exec?: string;
  signal?: NodeJS.Signals;
  pidFile?: string;
  reveal?: boolean;
  after?: AfterWrite;
}
