import { CreateTrail1795500000000 } from './migrations/1795500000000-create-trail';

/** None: rows are only ever inserted in bulk and read by index, and an object mapper would stand between a record and its hash. */
export const entities = [];
export const migrations = [CreateTrail1795500000000];
