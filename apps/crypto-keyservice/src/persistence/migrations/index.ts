import { CreateKeys1795500000000 } from './1795500000000-create-keys';
import { KeysInFull1796000000000 } from './1796000000000-keys-in-full';
import { WrapRootKeys1796100000000 } from './1796100000000-wrap-root-keys';
import { SeveralWriters1796500000000 } from './1796500000000-several-writers';

export const migrations = [
  CreateKeys1795500000000,
  KeysInFull1796000000000,
  WrapRootKeys1796100000000,
  SeveralWriters1796500000000,
];
