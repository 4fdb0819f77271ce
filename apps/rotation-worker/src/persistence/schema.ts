import { CreateRotation1795500000000 } from './migrations/1795500000000-create-rotation';
import { IndexEndedRuns1795680000000 } from './migrations/1795680000000-index-ended-runs';
import { RotationFunctionEntity } from './rotation-function.entity';

/** Runs and tries have no entity: they are written many rows at a time. */
export const entities = [RotationFunctionEntity];
export const migrations = [CreateRotation1795500000000, IndexEndedRuns1795680000000];
