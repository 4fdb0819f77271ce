import { resourceNotFound } from '@strongroom/errors';
import type { CutStore } from './checkpoint.port';
import { chainStart } from './hashing/chain-hash';
import type { TrailReader, Within } from './trail.port';

/**
 * The event at a place as it is stored, and the hash that it follows.
 *
 * @throws ResourceNotFoundException for one that was removed, or that is damaged
 */
export const eventAt = async (
  { reader, cuts }: { reader: Pick<TrailReader, 'packed' | 'open'>; cuts: CutStore },
  accountId: string,
  sequence: number,
  within: Within,
): Promise<{ record: string; previousHash: Buffer }> => {
  let record: string | undefined;
  let previousHash = sequence === 1 ? chainStart(accountId) : undefined;
  for await (const block of reader.packed(accountId, Math.max(1, sequence - 1), sequence, within)) {
    const { events = [] } = await reader.open(block);
    previousHash ??= events.find((event) => event.sequence === sequence - 1)?.hash;
    record ??= events.find((event) => event.sequence === sequence)?.record;
  }
  if (!previousHash) {
    const cut = await cuts.cut(accountId, within);
    if (cut?.sequence === sequence - 1) previousHash = cut.hash;
  }
  if (record === undefined || !previousHash)
    throw resourceNotFound(
      'The trail does not have this event any more: it was removed by age, or VerifyTrail says what is wrong.',
    );
  return { record, previousHash };
};
