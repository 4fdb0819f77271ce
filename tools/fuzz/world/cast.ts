import type { CertificateFiles } from '@strongroom/local-cluster';
import type { AdminCredentials } from '@strongroom/local-cluster';

/** How somebody of the world proves who it is, in each way. */
export interface Member {
  /** The URI SAN of the certificate. */
  uri: string;
  certificate: CertificateFiles;
  /** A session token. */
  token: string;
  /** An access key; of the deputy with the token of its session. */
  signer: AdminCredentials & { sessionToken?: string };
}

/** Those of the callers who are somebody. */
export type Cast = Readonly<Record<'owner' | 'powerless' | 'stranger' | 'narrow', Member>>;
