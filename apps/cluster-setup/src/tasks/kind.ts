import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '@strongroom/local-cluster';
import type { SetupConfig } from '../config';

/**
 * Notes that a cluster of containers is highly available. A small one may become so, but not the other way round: one server of
 * several may lack what the others have, and nobody could tell later whose data is right.
 *
 * @throws Error if it is highly available, and this start is of a small one
 */
export const keepKind = ({ layout, highAvailability }: SetupConfig): void => {
  const mark = join(layout.home, 'high-availability');
  if (highAvailability) writePrivateFile(mark, '');
  else if (existsSync(mark)) {
    throw new Error('this cluster is highly available: compose needs docker/high-availability.yml, too (docs/containers.md)');
  }
};
