import type { StrongroomClient } from '@strongroom/client';
import type { DatabaseAdministrator, ReachableCluster } from '@strongroom/local-cluster';
import type { ApplicationReport } from './application';
import { startApplication } from './application-process';
import { ENVIRONMENT, type Role } from './cast';
import { expectThat, type Narrator } from './narrator';
import { type DatabaseCredential, ShopDatabase } from './shop-database';
import type { Expected } from './trail';

/** Built: `application.ts`, `busy-application.ts`, `environment-application.ts`, and the command line. */
export interface Programs {
  application: string;
  busyApplication: string;
  environmentApplication: string;
  strongroom: string;
}

/**
 * What the chapters share: the cluster, its administrator, the shop, the built applications, and what the trail must show in the
 * end.
 */
export class Story {
  /** The secret that the walkthrough is about. */
  readonly secretId = `${ENVIRONMENT}orders-db`;
  readonly startedAt = new Date();
  readonly shop: ShopDatabase;
  /** Calls that the trail must show, in this order. */
  readonly calls: Expected[] = [];

  constructor(
    readonly cluster: ReachableCluster,
    database: DatabaseAdministrator,
    readonly admin: StrongroomClient,
    readonly narrator: Narrator,
    readonly programs: Programs,
  ) {
    this.shop = new ShopDatabase(database);
  }

  async newPassword(): Promise<string> {
    const { randomPassword } = await this.admin.secrets.getRandomPassword({ passwordLength: 40, excludePunctuation: true });
    return this.narrator.conceal(randomPassword);
  }

  /** The value of the secret, for this password. */
  secretString(password: string, more: Partial<DatabaseCredential> = {}): string {
    return JSON.stringify({ ...this.shop.credential(password), ...more } satisfies DatabaseCredential);
  }

  /** A call that the trail must show; `caller` is the end of its ARN. */
  remember(eventName: string, caller = 'user/admin', errorCode = ''): void {
    this.calls.push({ eventName, caller, errorCode });
  }

  async applicationWorks(role: Role, versionId: string): Promise<void> {
    const report = await this.narrator.step(
      `The application, a process of its own, as ${role.name}`,
      () => startApplication(this.programs.application, this.cluster, role, this.secretId),
      (result) => `process ${result.pid} ${describe(result)}`,
    );
    expectThat(report.outcome === 'served', 'the application could not do its work');
    expectThat(
      report.outcome === 'served' && report.versionId === versionId,
      `the application did not read version ${versionId}`,
    );
    this.remember('GetSecretValue', role.name);
  }

  async applicationIsRefused(role: Role, secretId: string, reason: string): Promise<void> {
    const report = await this.narrator.step(
      `The application as ${role.name} asks for ${secretId}`,
      () => startApplication(this.programs.application, this.cluster, role, secretId),
      describe,
    );
    expectThat(report.outcome === 'refused' && report.reason === reason, `${role.name} was not refused with ${reason}`);
    this.remember('GetSecretValue', role.name, reason);
  }
}

const describe = (report: ApplicationReport): string =>
  report.outcome === 'served'
    ? `logs in as ${report.databaseUser} and finds ${report.orders} orders worth ${report.total}`
    : `refused with ${report.reason}: ${report.message}`;

/** The beginning of a version id, enough to tell versions apart. */
export const short = (versionId: string): string => `${versionId.slice(0, 8)}…`;
