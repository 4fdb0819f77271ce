import { CustomerKeyEntity } from './customer-key.entity';
import { KeyAliasEntity } from './key-alias.entity';
import { KeyGrantEntity } from './key-grant.entity';
import { KeyMaterialEntity } from './key-material.entity';

export const entities = [CustomerKeyEntity, KeyMaterialEntity, KeyAliasEntity, KeyGrantEntity];
