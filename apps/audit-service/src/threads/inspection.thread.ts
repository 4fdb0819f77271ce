import { parentPort } from 'node:worker_threads';
import { inspectEvents } from '../domain/inspection';
import type { Inspection, PackedBlock } from '../domain/trail.port';
import { unpackEvents } from '../persistence/block-codec';

export interface InspectionOrder {
  id: number;
  block: PackedBlock;
}

export interface InspectionReport {
  id: number;
  inspection: Inspection | undefined;
}

/** What a thread of `InspectionPool` does: it opens and inspects the blocks that it is sent. */
export function serveInspections(): void {
  const port = parentPort!;
  port.on('message', ({ id, block }: InspectionOrder) => {
    void inspect(block).then((inspection) => port.postMessage({ id, inspection } satisfies InspectionReport));
  });
}

/** Undefined also for a block that cannot be opened. */
const inspect = async (block: PackedBlock): Promise<Inspection | undefined> => {
  try {
    // Buffers arrive as arrays of bytes.
    const events = await unpackEvents(Buffer.from(block.records));
    return inspectEvents(
      { ...block, lastHash: Buffer.from(block.lastHash) },
      events.map(({ hash, record }, index) => ({ sequence: block.firstSequence + index, hash, record })),
    );
  } catch {
    return undefined;
  }
};
