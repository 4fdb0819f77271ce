// Proofs as strongroom-verify reads them: a line of JSON for each, with the checkpoint of the tree that it is about.

/** What GetInclusionProof answers. */
export interface InclusionAnswer {
  readonly sequence: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly record: string;
  readonly previousHash: Uint8Array;
}

/** That an event is in the tree of a checkpoint with `size` events. */
export const inclusionLine = (
  { sequence, hashes, record, previousHash }: InclusionAnswer,
  { size, checkpoint }: { size: bigint; checkpoint: string },
): string =>
  lineOf({
    type: 'inclusion',
    sequence: Number(sequence),
    size: Number(size),
    hashes: hashes.map(hexOf),
    record,
    previousHash: hexOf(previousHash),
    checkpoint,
  });

/** That the tree of a checkpoint with `size` events begins with all of the tree with `fromSize` events. */
export const consistencyLine = (
  { fromSize, hashes }: { fromSize: bigint; hashes: readonly Uint8Array[] },
  { size, checkpoint }: { size: bigint; checkpoint: string },
): string =>
  lineOf({ type: 'consistency', fromSize: Number(fromSize), toSize: Number(size), hashes: hashes.map(hexOf), checkpoint });

const lineOf = (proof: object): string => `${JSON.stringify(proof)}\n`;

const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
