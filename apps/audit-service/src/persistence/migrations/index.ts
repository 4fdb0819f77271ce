import { CreateTrail1795500000000 } from './1795500000000-create-trail';
import { StoreBlocks1795862000000 } from './1795862000000-store-blocks';
import { TermSets1796010000000 } from './1796010000000-term-sets';
import { KeepTree1796020000000 } from './1796020000000-keep-tree';

export const migrations = [CreateTrail1795500000000, StoreBlocks1795862000000, TermSets1796010000000, KeepTree1796020000000];
