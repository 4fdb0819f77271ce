export { chainHash, chainStart } from './chain-hash';
export {
  type Checkpoint,
  checkpointText,
  openCheckpoint,
  parseCheckpointText,
  splitNotes,
  unverifiedCheckpoint,
} from './checkpoint';
export { GrowingTree } from './growing-tree';
export { consistencyLine, type InclusionAnswer, inclusionLine } from './proof-lines';
export {
  type ConsistencyClaim,
  consistencyNodes,
  hashesOfNodes,
  type InclusionClaim,
  inclusionNodes,
  provesConsistency,
  provesInclusion,
  type SubtreeHashes,
} from './proofs';
export {
  ed25519KeyOf,
  formatNoteKey,
  NoteError,
  type NoteKey,
  noteKeyId,
  openNote,
  parseNoteKey,
  signedNote,
} from './signed-note';
export { completeSubtrees, joined, type LeafRange, type Subtree, wholeTree } from './subtrees';
export { emptyRoot, HASH_LENGTH, leafHash, nodeHash } from './tree-hash';
