import { encodeEvent } from '@strongroom/audit-trail';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { chained } from '../domain/chain';
import { packEvents, unpackEvents, type PackedEvent } from './block-codec';

/** Opens a block, changes what is in it, and puts it back with a checksum that fits. */
export const repack = async (
  admin: Connection,
  block: { accountId: string; firstSequence: number },
  change: (events: PackedEvent[]) => PackedEvent[],
): Promise<void> => {
  const where = 'WHERE account_id = ? AND first_sequence = ?';
  const place = [block.accountId, block.firstSequence];
  const [rows] = await admin.query<RowDataPacket[]>(`SELECT records FROM event_block ${where}`, place);
  const records = await packEvents(change(await unpackEvents(rows[0]!['records'] as Buffer)));
  await admin.query(`UPDATE event_block SET records = ? ${where}`, [records, ...place]);
};

/** The event under another name, beside the hash that it had. */
export const renamed = ({ hash, record }: PackedEvent, eventName: string): PackedEvent => ({
  hash,
  record: encodeEvent({ ...chained({ sequence: 1, hash, record }).event, eventName }),
});
