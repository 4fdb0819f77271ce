import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  GetCheckpointRequest,
  GetCheckpointResponse,
  GetConsistencyProofRequest,
  GetConsistencyProofResponse,
  ListCheckpointKeysRequest,
  ListCheckpointKeysResponse,
} from '@strongroom/contracts/strongroom/audit/v1/checkpoints';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { requireAccess, type Dependencies } from './dependencies';
import { requireSize } from './tree-size';

export const getCheckpoint = ({ checkpoints, catchUp, access }: Dependencies) =>
  unary<GetCheckpointRequest, GetCheckpointResponse, Caller>(async ({ size }, call) => {
    const accountId = requireAccess(access, call, 'cloudtrail:GetCheckpoint');
    const within = { deadline: call.deadline };
    const wanted = requireSize('size', size);
    if (wanted === undefined) await catchUp.now(call.deadline);
    const checkpoint = await (wanted === undefined
      ? checkpoints.now(accountId, within)
      : checkpoints.ofSize(accountId, wanted, within));
    const { root } = await checkpoints.open(accountId, checkpoint);
    auditOf(call).response('size', checkpoint.size);
    return { checkpoint: checkpoint.note, size: BigInt(checkpoint.size), root, createdAt: checkpoint.createdAt };
  });

export const getConsistencyProof = ({ reader, tree, catchUp, access }: Dependencies) =>
  unary<GetConsistencyProofRequest, GetConsistencyProofResponse, Caller>(async ({ fromSize, toSize }, call) => {
    const accountId = requireAccess(access, call, 'cloudtrail:GetConsistencyProof');
    const within = { deadline: call.deadline };
    const from = requireSize('from_size', fromSize);
    const wanted = requireSize('to_size', toSize);
    const audit = auditOf(call);
    audit.parameter('fromSize', from);
    audit.parameter('toSize', wanted);
    await catchUp.now(call.deadline);
    const { sequence: present } = await reader.head(accountId, within);
    const to = wanted ?? present;
    if (to > present) throw invalidParameter(`to_size must be at most ${present}: the trail has no more events.`);
    if (from > to) throw invalidParameter('from_size must not be more than to_size.');
    const hashes = await tree.consistency(accountId, from, to, within);
    return { fromSize: BigInt(from), toSize: BigInt(to), hashes };
  });

export const listCheckpointKeys = ({ checkpoints, access }: Dependencies) =>
  unary<ListCheckpointKeysRequest, ListCheckpointKeysResponse, Caller>(async (_request, call) => {
    const accountId = requireAccess(access, call, 'cloudtrail:ListCheckpointKeys');
    return { keys: await checkpoints.keys(accountId) };
  });
