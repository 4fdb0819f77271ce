import { BatchedLookup, type HotPool, questionMarks } from '@strongroom/database';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { RotationRequestReader } from '../domain/rotation/rotation-ports';
import { REQUEST_COLUMNS, type RequestRow, toRequest } from './rotation.query';

interface FoundRow extends RequestRow {
  secret_id: number | string;
}

/** Every call of rotation-worker reads the request: by whole keys, coalesced. */
export class DatabaseRotationRequestReader implements RotationRequestReader {
  private readonly lookup: BatchedLookup<number, FoundRow>;

  constructor(pool: Pick<HotPool, 'query'>) {
    this.lookup = new BatchedLookup<number, FoundRow>({
      pool,
      statement: (size) =>
        `SELECT r.secret_id, ${REQUEST_COLUMNS} FROM rotation_request r WHERE r.secret_id IN (${questionMarks(size)})`,
      parameters: (ids) => [...ids],
      assign: (ids, rows) => ids.map((id) => rows.filter((row) => Number(row.secret_id) === id)),
    });
  }

  async find(secretId: number): Promise<RotationRequest | undefined> {
    const [row] = await this.lookup.find(secretId);
    return row && toRequest(row);
  }
}
