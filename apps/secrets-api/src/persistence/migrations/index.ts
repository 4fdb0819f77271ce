import { CreateSecrets1795500000000 } from './1795500000000-create-secrets';

export const migrations = [CreateSecrets1795500000000];
