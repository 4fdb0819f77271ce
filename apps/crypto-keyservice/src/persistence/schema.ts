import { CustomerKeyEntity } from './customer-key.entity';
import { KeyAliasEntity } from './key-alias.entity';
import { KeyMaterialEntity } from './key-material.entity';
import { CreateKeys1795500000000 } from './migrations/1795500000000-create-keys';

export const entities = [CustomerKeyEntity, KeyMaterialEntity, KeyAliasEntity];
export const migrations = [CreateKeys1795500000000];
