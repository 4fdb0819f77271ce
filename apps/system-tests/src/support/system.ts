import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { DescribedCluster, LocalCluster, userUri, type CertificateFiles, type ReachableCluster } from '@strongroom/local-cluster';
import { startTestCluster } from '@strongroom/testing';
import { Api, type Credentials } from './api';
import { trust } from './policies';

/** A name that no other test uses, so that suites share a cluster. */
export const unique = (prefix: string): string => `${prefix}-${randomBytes(5).toString('hex')}`;

export const text = (value: string) => ({ value: { $case: 'secretString' as const, value } });
export const binary = (value: Buffer) => ({ value: { $case: 'secretBinary' as const, value } });

const onUser = (value: string) => ({ entity: { $case: 'userName' as const, value } });
const onGroup = (value: string) => ({ entity: { $case: 'groupName' as const, value } });
const onRole = (value: string) => ({ entity: { $case: 'roleName' as const, value } });
export const entity = { user: onUser, group: onGroup, role: onRole };

/** Somebody who calls: how, and under which names. */
export interface TestCaller {
  api: Api;
  /** Of the user or role. */
  name: string;
  arn: string;
  /** The URI SAN of the certificate. */
  uri: string;
  certificate: CertificateFiles;
}

export const POLICY_NAME = 'test';

/** What no other part of a cluster calls. A suite with a cluster of its own that does not call them either can do without. */
export const UNCALLED = ['aws-gateway', 'console', 'notification-service', 'usage-service'] as const;

/** What secrets, keys, identities and the trail do without, where nothing rotates. */
export const BESIDE_THE_CORE = [...UNCALLED, 'rotation-worker'] as const;

/** A cluster with its administrator, and short ways to make others who call it. */
export class System<Cluster extends ReachableCluster = LocalCluster> {
  readonly admin: Api;
  private readonly apis: Api[] = [];

  constructor(
    readonly cluster: Cluster,
    private readonly dropCluster: () => Promise<void>,
  ) {
    this.admin = this.connect({ certificate: cluster.adminCertificate });
  }

  /**
   * The cluster that STRONGROOM_SYSTEM_TEST_ENVIRONMENT describes, wherever it runs; the shared one where it names none. For
   * suites that do nothing but call it.
   */
  static async running(): Promise<RunningSystem> {
    const file = process.env.STRONGROOM_SYSTEM_TEST_ENVIRONMENT;
    return file ? new System(DescribedCluster.open(file), async () => {}) : System.shared();
  }

  /** The cluster that the run's global setup started; left as it is when the suite ends. */
  static async shared(): Promise<System> {
    const home = process.env.STRONGROOM_SYSTEM_TEST_HOME;
    const cluster = home ? await LocalCluster.attach(home) : undefined;
    if (!cluster) throw new Error('the shared cluster does not run: start these tests by tools/jest.config.cjs');
    return new System(cluster, async () => {});
  }

  /** A cluster of one's own, to break. */
  static async own(options: Parameters<typeof startTestCluster>[0] = {}): Promise<System> {
    const { cluster, drop } = await startTestCluster(options);
    return new System(cluster, drop);
  }

  connect(credentials: Credentials, ca?: string | Buffer): Api {
    const api = new Api(this.cluster, credentials, ca);
    this.apis.push(api);
    return api;
  }

  /** A user with a certificate and, where given, a policy of its own. */
  async user(prefix: string, document?: string, by: Api = this.admin): Promise<TestCaller> {
    const name = unique(prefix);
    const { user } = await by.identity.createUser({ userName: name });
    return this.bind(onUser(name), name, user!.arn, document, by);
  }

  /** A role of which the holder of a certificate is a session. */
  async role(prefix: string, document?: string, by: Api = this.admin): Promise<TestCaller> {
    const name = unique(prefix);
    const { account } = await by.tokens.getCallerIdentity();
    const { role } = await by.identity.createRole({
      roleName: name,
      assumeRolePolicyDocument: trust(`arn:aws:iam::${account}:root`),
    });
    return this.bind(onRole(name), name, role!.arn, document, by);
  }

  /** A new account with its administrator. */
  async account(): Promise<{ accountId: string; api: Api; certificate: CertificateFiles }> {
    const accountId = String(randomInt(100_000_000_000, 999_999_999_999));
    const administratorCertificateUri = userUri(unique('administrator'));
    await this.admin.identity.createAccount({ accountId, displayName: 'of a test', administratorCertificateUri });
    const certificate = await this.cluster.issueClientCertificate(administratorCertificateUri);
    return { accountId, api: this.connect({ certificate }), certificate };
  }

  /** The same caller by a session token in place of the certificate. */
  async byToken(api: Api): Promise<Api> {
    const { credentials } = await api.tokens.getSessionToken();
    return this.connect({ token: credentials!.sessionToken });
  }

  /** A new secret of the administrator with this value, by its name. */
  async secret(value = 'a value', prefix = 'secret'): Promise<string> {
    const name = unique(prefix);
    await this.admin.secrets.createSecret({ name, value: text(value), clientRequestToken: randomUUID() });
    return name;
  }

  async stop(): Promise<void> {
    for (const api of this.apis) api.close();
    await this.dropCluster();
  }

  private async bind(
    target: ReturnType<typeof onUser> | ReturnType<typeof onRole>,
    name: string,
    arn: string,
    document: string | undefined,
    by: Api,
  ): Promise<TestCaller> {
    if (document) await by.identity.putInlinePolicy({ target, policyName: POLICY_NAME, policyDocument: document });
    const account = arn.split(':')[4]!;
    const uri = account === this.cluster.accountId ? userUri(name) : `spiffe://strongroom.local/account/${account}/user/${name}`;
    await by.identity.bindCertificate({ uri, target });
    const certificate = await this.cluster.issueClientCertificate(uri);
    return { api: this.connect({ certificate }), name, arn, uri, certificate };
  }
}

/** A cluster that runs somewhere: it can be called, and that is all. */
export type RunningSystem = System<ReachableCluster>;
