import { CreateRotation1795500000000 } from './1795500000000-create-rotation';
import { IndexEndedRuns1795680000000 } from './1795680000000-index-ended-runs';

export const migrations = [CreateRotation1795500000000, IndexEndedRuns1795680000000];
