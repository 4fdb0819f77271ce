import { StrongroomClient } from '@strongroom/client';
import { type CertificateFiles, type LocalCluster, userUri } from '@strongroom/local-cluster';
import { randomInteger, randomString, systemRandom } from '@strongroom/random';
import type { Member } from './cast';

/** A name that no other run uses. */
export const unique = (prefix: string): string =>
  `${prefix}-${randomString(systemRandom, 'abcdefghijkmnpqrstuvwxyz23456789', 8)}`;

const POLICY = 'what-it-may-do';

export const document = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
export const allow = (resource: string | string[]): string => document({ Effect: 'Allow', Action: '*', Resource: resource });
export const trust = (principal: string): string =>
  document({ Effect: 'Allow', Principal: { AWS: principal }, Action: ['sts:AssumeRole', 'sts:TagSession'] });

/** Calls as the holder of a certificate. */
export const clientOf = (cluster: LocalCluster, tls: CertificateFiles): StrongroomClient =>
  new StrongroomClient({
    addresses: {
      secrets: cluster.endpoint('secrets-api'),
      keys: cluster.endpoint('crypto-keyservice'),
      identity: cluster.endpoint('identity-service'),
      audit: cluster.endpoint('audit-service'),
      rotation: cluster.endpoint('rotation-worker'),
    },
    tls,
    name: 'fuzz',
  });

/** The run's own account, and its administrator. */
export class Account {
  private constructor(
    private readonly cluster: LocalCluster,
    readonly accountId: string,
    readonly administrator: Omit<Member, 'signer'>,
    readonly api: StrongroomClient,
  ) {}

  static async create(cluster: LocalCluster): Promise<Account> {
    const accountId = String(100_000_000_000 + randomInteger(systemRandom, 2 ** 32));
    const uri = userUri(unique('fuzz-administrator'));
    const admin = clientOf(cluster, cluster.adminCertificate);
    await admin.identity.createAccount({ accountId, displayName: 'of the fuzzer', administratorCertificateUri: uri });
    admin.close();
    const certificate = await cluster.issueClientCertificate(uri);
    const api = clientOf(cluster, certificate);
    return new Account(cluster, accountId, { uri, certificate, token: await tokenOf(api) }, api);
  }

  arn(service: 'iam' | 'kms' | 'secretsmanager' | 'lambda', resource: string): string {
    const region = service === 'iam' ? '' : this.cluster.region;
    return `arn:aws:${service}:${region}:${this.accountId}:${resource}`;
  }

  /** A URI that certificates of the account's users may hold. */
  uri(name: string): string {
    return `spiffe://strongroom.local/account/${this.accountId}/user/${name}`;
  }

  /** A user with certificate, access key and, where given, a policy. */
  async member(name: string, policyDocument?: string): Promise<Member> {
    const { identity } = this.api;
    await identity.createUser({ userName: name });
    const target = { userName: name };
    if (policyDocument !== undefined) await identity.putInlinePolicy({ target, policyName: POLICY, policyDocument });
    const uri = this.uri(unique(name));
    await identity.bindCertificate({ uri, target });
    const certificate = await this.cluster.issueClientCertificate(uri);
    const api = clientOf(this.cluster, certificate);
    const token = await tokenOf(api);
    api.close();
    const { accessKey, secretAccessKey } = await identity.createAccessKey({ userName: name });
    return { uri, certificate, token, signer: { accessKeyId: accessKey!.accessKeyId, secretAccessKey } };
  }

  close(): void {
    this.api.close();
  }
}

const tokenOf = async ({ tokens }: StrongroomClient): Promise<string> =>
  (await tokens.getSessionToken()).credentials!.sessionToken;
