import { CreateIdentities1795500000000 } from './1795500000000-create-identities';
import { CreateOidcProviders1795700000000 } from './1795700000000-create-oidc-providers';
import { WrapRootKeys1796100000000 } from './1796100000000-wrap-root-keys';
import { SignIn1796170000000 } from './1796170000000-sign-in';
import { CreatePasskeys1796180000000 } from './1796180000000-create-passkeys';
import { SeveralWriters1796500000000 } from './1796500000000-several-writers';

export const migrations = [
  CreateIdentities1795500000000,
  CreateOidcProviders1795700000000,
  WrapRootKeys1796100000000,
  SignIn1796170000000,
  CreatePasskeys1796180000000,
  SeveralWriters1796500000000,
];
