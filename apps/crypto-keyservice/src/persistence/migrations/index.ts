import { CreateKeys1795500000000 } from './1795500000000-create-keys';

export const migrations = [CreateKeys1795500000000];
