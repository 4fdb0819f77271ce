import { HOUR } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import { type ClassFigures, type Fleet, type FleetReader, SECRET_CLASSES, type SecretClass } from '../domain/fleet.port';

/** Secrets in one statement, so that none runs long and the pool's connections are free in between. */
const PIECE = 5_000;

interface PieceRow {
  class: SecretClass | null;
  secrets: number | string;
  oldest_version_at: Date | null;
  last_rotated_at: Date | null;
  last_id: number | string;
}

// The index of versions by date has all that is needed; the rows, which it saves, hold the values.
const pieceStatement = (piece: number) => `
  SELECT s.class, COUNT(*) AS secrets, MIN(v.created_at) AS oldest_version_at, MAX(s.last_rotated_at) AS last_rotated_at,
    MAX(s.id) AS last_id
  FROM (
    SELECT id, last_rotated_at,
      CASE WHEN deleted_at IS NOT NULL THEN NULL WHEN owning_service IS NOT NULL THEN 'managed'
        WHEN rotation_enabled THEN 'rotating' ELSE 'static' END AS class
    FROM secret WHERE id > ? ORDER BY id LIMIT ${piece}
  ) s
  LEFT JOIN version_label l ON l.secret_id = s.id AND l.label = 'AWSCURRENT'
  LEFT JOIN secret_version v FORCE INDEX (version_by_created) ON v.secret_id = l.secret_id AND v.version_id = l.version_id
  GROUP BY s.class`;

// A rotation that cannot begin is put off by an hour; its window is not.
const OVERDUE_STATEMENT = `
  SELECT COUNT(*) AS overdue FROM secret
  WHERE next_rotation_at <= ? AND next_rotation_by < ? AND rotation_enabled AND deleted_at IS NULL`;

/** The figures of all secrets, for whoever watches the cluster. */
export class DatabaseFleetReader implements FleetReader {
  constructor(
    private readonly pool: Pick<HotPool, 'query'>,
    private readonly piece = PIECE,
  ) {}

  async read(now: Date): Promise<Fleet> {
    const classes = new Map<SecretClass, ClassFigures>(SECRET_CLASSES.map((name) => [name, { secrets: 0 }]));
    let lastRotatedAt: Date | undefined;
    for (let after = 0, read = this.piece; read === this.piece;) {
      const rows = await this.pool.query<PieceRow>(pieceStatement(this.piece), [after]);
      read = 0;
      for (const row of rows) {
        read += Number(row.secrets);
        after = Math.max(after, Number(row.last_id));
        if (row.class === null) continue;
        const sofar = classes.get(row.class)!;
        classes.set(row.class, {
          secrets: sofar.secrets + Number(row.secrets),
          oldestVersionAt: first(sofar.oldestVersionAt, row.oldest_version_at),
        });
        lastRotatedAt = last(lastRotatedAt, row.last_rotated_at);
      }
    }
    const [row] = await this.pool.query<{ overdue: number | string }>(OVERDUE_STATEMENT, [new Date(now.getTime() + HOUR), now]);
    return { classes, lastRotatedAt, overdue: Number(row?.overdue ?? 0) };
  }
}

const first = (one: Date | undefined, other: Date | null): Date | undefined => (other && (!one || other < one) ? other : one);
const last = (one: Date | undefined, other: Date | null): Date | undefined => (other && (!one || other > one) ? other : one);
