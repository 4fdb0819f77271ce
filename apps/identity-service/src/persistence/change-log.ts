import type { HotPool } from '@strongroom/database';
import type { ChangeLog, Changes } from '../domain/change-feed';

interface Row {
  value: number;
  revision: number | null;
  subject: string | null;
}

/** More than this at once is told as "everything". */
const MOST = 5_000;

/** The revision always comes, with or without changes after the one asked for. */
const SINCE = `
  SELECT r.value AS value, c.revision AS revision, c.subject AS subject
  FROM revision r LEFT JOIN change_log c ON c.revision > ?
  WHERE r.slot = 1 ORDER BY c.revision LIMIT ${MOST + 1}`;

export class DatabaseChangeLog implements ChangeLog {
  constructor(private readonly pool: HotPool) {}

  async since(revision: number, deadline: number): Promise<Changes> {
    const rows = await this.pool.query<Row>(SINCE, [revision], { deadline });
    const newest = Number(rows[0]!.value);
    const entries = rows.flatMap((row) =>
      row.revision === null || row.subject === null ? [] : [{ revision: Number(row.revision), subject: row.subject }],
    );
    // Every revision has an entry: where one is missing, its entries have been purged, or were too many to read.
    const revisions = new Set(entries.map((entry) => entry.revision));
    return { revision: newest, entries: rows.length <= MOST && revisions.size === newest - revision ? entries : undefined };
  }
}
