import { connectAsAdministrator, LocalCluster } from '@strongroom/local-cluster';
import { randomString, randomUuid, systemRandom } from '@strongroom/random';
import { eventually } from '@strongroom/testing';
import { describeConsole } from '../support/console';

jest.setTimeout(60_000);

const COUNT = 10_000;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Rows in the document, however long the list is: those in sight, and some beside them. */
const MAX_ROWS = 100;
const nameOf = (at: number) => `long/${String(at).padStart(5, '0')}`;

describeConsole('a list of ten thousand secrets', (console) => {
  /** Created one by one they would take a minute. */
  const fill = async (cluster: LocalCluster, accountId: string): Promise<void> => {
    const now = new Date();
    const rows = Array.from({ length: COUNT }, (_, at) => [
      ...[accountId, cluster.region, nameOf(at), randomString(systemRandom, LETTERS, 6)],
      ...[`Number ${at}`, now, now, randomUuid(systemRandom)],
    ]);
    const columns = 'account_id, region, name, arn_suffix, description, created_at, last_changed_at, creation_token';
    const connection = await connectAsAdministrator(cluster.database, 'strongroom_secrets');
    try {
      await connection.query(`INSERT INTO secret (${columns}) VALUES ?`, [rows]);
    } finally {
      await connection.end();
    }
  };

  it('keeps few rows in the document while somebody goes to its end, and finds any of them by name', async () => {
    const { cluster } = console.system;
    // The database of a cluster elsewhere is out of reach.
    if (!(cluster instanceof LocalCluster)) return;
    const { accountId, api } = await console.system.account();
    await fill(cluster, accountId);
    const visit = await console.signIn({ by: api });
    const { page } = visit;
    await visit.open('/secrets');
    const rows = page.getByRole('grid').getByRole('row');
    await page.getByRole('row').filter({ hasText: 'long/' }).first().focus();
    let most = 0;
    // Each time it comes to the end of what has been loaded, more is.
    await eventually('it is far down the list', async () => {
      await page.keyboard.press('End');
      most = Math.max(most, await rows.count());
      return Number(await rows.last().getAttribute('aria-rowindex')) > 200;
    });
    expect(most).toBeLessThan(MAX_ROWS);
    // The words by which they are found are written while they are there already.
    const name = nameOf(COUNT - 1);
    await eventually('it is found', async () => {
      await visit.open(`/secrets?q=${encodeURIComponent(name)}`);
      return (await page.getByRole('link', { name }).count()) === 1;
    });
    expect(await rows.count()).toBeLessThan(5);
  });
});
