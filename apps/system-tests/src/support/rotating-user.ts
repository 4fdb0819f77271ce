import { connectAsAdministrator } from '@strongroom/local-cluster';
import { randomBytes, randomUUID } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';
import { type System, text, unique } from './system';

interface Credential {
  username: string;
  password: string;
}

/** A user of the cluster's own MariaDB, and the secret with its password: what a rotation is about. */
export class RotatingUser {
  private constructor(
    private readonly system: System,
    readonly secretId: string,
    readonly arn: string,
  ) {}

  static async create(system: System): Promise<RotatingUser> {
    const user: Credential = { username: `r_${randomBytes(5).toString('hex')}`, password: randomBytes(12).toString('hex') };
    const admin = await connectAsAdministrator(system.cluster.database);
    await admin.query(`CREATE USER ${user.username}@'%' IDENTIFIED BY '${user.password}'`);
    await admin.end();
    const name = unique('rotating');
    const { host, port } = system.cluster.database;
    const value = JSON.stringify({ engine: 'mariadb', host, port, ...user, ssl: false });
    const { arn } = await system.admin.secrets.createSecret({ name, value: text(value) });
    return new RotatingUser(system, name, arn);
  }

  /** Returns the id of the version that is to become AWSCURRENT. */
  async rotate(functionName = 'strongroom-mariadb-single-user'): Promise<string> {
    const clientRequestToken = randomUUID();
    await this.system.admin.secrets.rotateSecret({
      secretId: this.secretId,
      clientRequestToken,
      rotationLambdaArn: functionName,
    });
    return clientRequestToken;
  }

  /** The version that AWSCURRENT is on, and the labels of all others. */
  async labels(): Promise<Record<string, string>> {
    const { versionIdsToStages } = await this.system.admin.secrets.describeSecret({ secretId: this.secretId });
    return Object.fromEntries(
      Object.entries(versionIdsToStages).flatMap(([id, { stages }]) => stages.map((stage) => [stage, id])),
    );
  }

  /** Whether the version with this label logs in; undefined where there is no value. */
  async logsIn(versionStage: 'AWSCURRENT' | 'AWSPENDING'): Promise<boolean | undefined> {
    const read = await this.system.admin.secrets.getSecretValue({ secretId: this.secretId, versionStage }).catch(() => undefined);
    if (read?.value?.value?.$case !== 'secretString') return undefined;
    const { username, password } = JSON.parse(read.value.value.value) as Credential;
    const { host, port } = this.system.cluster.database;
    let connection: Connection | undefined;
    try {
      connection = await createConnection({ host, port, user: username, password });
      return true;
    } catch {
      return false;
    } finally {
      await connection?.end().catch(() => undefined);
    }
  }

  async newestRun() {
    const { runs } = await this.system.admin.rotation.listRotationRuns({ secretId: this.secretId, maxResults: 1 });
    return runs[0];
  }
}
