import { CreateSecrets1795500000000 } from './1795500000000-create-secrets';
import { AddRotation1795527600000 } from './1795527600000-add-rotation';
import { RememberCurrentVersions1795910400000 } from './1795910400000-remember-current-versions';
import { DropRowVersion1795921200000 } from './1795921200000-drop-row-version';
import { FindDataKeys1796100000000 } from './1796100000000-find-data-keys';
import { AddSearchTerms1796300000000 } from './1796300000000-add-search-terms';
import { AddSecretChanges1796400000000 } from './1796400000000-add-secret-changes';

export const migrations = [
  CreateSecrets1795500000000,
  AddRotation1795527600000,
  RememberCurrentVersions1795910400000,
  DropRowVersion1795921200000,
  FindDataKeys1796100000000,
  AddSearchTerms1796300000000,
  AddSecretChanges1796400000000,
];
