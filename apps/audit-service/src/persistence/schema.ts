import { CreateTrail1795500000000 } from './migrations/1795500000000-create-trail';
import { StoreBlocks1795862000000 } from './migrations/1795862000000-store-blocks';

/** None: the service speaks SQL itself. */
export const entities = [];
export const migrations = [CreateTrail1795500000000, StoreBlocks1795862000000];
