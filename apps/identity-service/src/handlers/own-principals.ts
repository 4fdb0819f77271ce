import {
  type Caller,
  callerOfPrincipal,
  PolicyCache,
  type PrincipalSource,
  serviceCaller,
  type ServiceNaming,
  sessionTokenHash,
} from '@strongroom/access';
import type { CredentialName, PrincipalDirectory } from '../domain/principal-directory';
import { credentialOfId, toPrincipal } from './principal-message';

/** Milliseconds. */
const READ_TIMEOUT = 5_000;

/** identity-service's own view of its callers. It reads them again for every call, so nobody needs to tell it about changes. */
export class OwnPrincipals implements PrincipalSource {
  private readonly policies = new PolicyCache();

  constructor(
    private readonly directory: PrincipalDirectory,
    private readonly naming: ServiceNaming,
  ) {}

  async byCertificate(uri: string): Promise<Caller | undefined> {
    return serviceCaller(uri, this.naming) ?? this.find({ certificateUri: uri });
  }

  async byToken(token: string): Promise<Caller | undefined> {
    const hash = sessionTokenHash(token);
    return hash && this.find({ sessionTokenHash: hash });
  }

  async byCredentialId(credentialId: string): Promise<Caller | undefined> {
    const name = credentialOfId(credentialId);
    if (name === undefined) return undefined;
    return 'certificateUri' in name ? this.byCertificate(name.certificateUri) : this.find(name);
  }

  /** The user of a proven access key. */
  byAccessKey(accessKeyId: string): Promise<Caller | undefined> {
    return this.find({ accessKeyId });
  }

  private async find(credential: CredentialName): Promise<Caller | undefined> {
    const { principal } = await this.directory.resolve(credential, Date.now() + READ_TIMEOUT);
    return principal && callerOfPrincipal(toPrincipal(principal), this.policies);
  }
}
