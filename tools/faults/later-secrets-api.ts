// secrets-api as a later version of it: with migrations that the present one does not know, which a rolling upgrade brings.
import { addLaterMigrations } from './later-migrations';
import { migrations } from '../../apps/secrets-api/src/persistence/migrations';

addLaterMigrations(migrations);
// After that, for it reads them.
void import('../../apps/secrets-api/src/main');
