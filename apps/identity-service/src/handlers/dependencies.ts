import type { OwnPrincipals } from './own-principals';
import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import type { CertificateUris } from '../domain/certificate-uri';
import type { ChangeFeed } from '../domain/change-feed';
import type { CredentialMint } from '../domain/credentials';
import type { GuessLimiter } from '../domain/guess-limiter';
import type { Passkeys } from '../domain/passkeys';
import type { Passwords } from '../domain/passwords';
import type { PrincipalDirectory } from '../domain/principal-directory';
import type { PrincipalReader } from '../domain/principal-reader.port';
import type { Seeds } from '../domain/seeds';
import type { Store } from '../domain/store.port';
import type { WebIdentityVerifier } from '../domain/web-identity';
import type { IamAccess } from './iam-access';
import type { SignInTrail } from './sign-in-trail';

export interface Dependencies {
  /** The cluster's own account. */
  accountId: string;
  certificateUris: CertificateUris;
  clock: Clock;
  random: RandomSource;
  store: Store;
  directory: PrincipalDirectory;
  reader: PrincipalReader;
  principals: OwnPrincipals;
  feed: ChangeFeed;
  mint: CredentialMint;
  passwords: Passwords;
  seeds: Seeds;
  passkeys: Passkeys;
  guesses: GuessLimiter;
  signIns: SignInTrail;
  webIdentities: WebIdentityVerifier;
  access: IamAccess;
}
