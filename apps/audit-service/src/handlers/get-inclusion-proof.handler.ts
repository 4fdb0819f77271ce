import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { GetInclusionProofRequest, GetInclusionProofResponse } from '@strongroom/contracts/strongroom/audit/v1/checkpoints';
import { invalidParameter, resourceNotFound } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { eventAt } from '../domain/event-at';
import type { Within } from '../domain/trail.port';
import { requireAccess, type Dependencies } from './dependencies';
import { requireSize } from './tree-size';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const getInclusionProof = (d: Dependencies) =>
  unary<GetInclusionProofRequest, GetInclusionProofResponse, Caller>(async (request, call) => {
    const { reader, cuts, tree, catchUp, access } = d;
    const accountId = requireAccess(access, call, 'cloudtrail:GetInclusionProof');
    // The answer has the event.
    requireAccess(access, call, 'cloudtrail:LookupEvents');
    const within = { deadline: call.deadline };
    const wanted = requireSize('size', request.size);
    const audit = auditOf(call);
    audit.parameter('size', wanted);
    await catchUp.now(call.deadline);
    const sequence = await sequenceOf(d, accountId, request.event, within);
    audit.parameter('sequence', sequence);
    const { sequence: present } = await reader.head(accountId, within);
    const size = wanted ?? present;
    if (size > present) throw invalidParameter(`size must be at most ${present}: the trail has no more events.`);
    if (sequence > size) throw invalidParameter(`sequence must be at most ${size}, the size of the tree.`);
    const { record, previousHash } = await eventAt({ reader, cuts }, accountId, sequence, within);
    const hashes = await tree.inclusion(accountId, sequence, size, within);
    return { sequence: BigInt(sequence), size: BigInt(size), hashes, record, previousHash };
  });

const sequenceOf = async (
  { reader }: Dependencies,
  accountId: string,
  event: GetInclusionProofRequest['event'],
  within: Within,
): Promise<number> => {
  if (!event) throw invalidParameter('event_id or sequence must be given.');
  if (event.$case === 'sequence') {
    if (event.value < 1n) throw invalidParameter('sequence must be at least 1.');
    return requireSize('sequence', event.value);
  }
  const eventId = event.value.toLowerCase();
  if (!UUID.test(eventId)) throw invalidParameter('event_id must be a UUID.');
  const { identities } = await reader.entries(
    { accountId, firstSequence: 0, lastTime: 0 },
    { eventIds: [eventId], terms: [] },
    within,
  );
  const sequence = identities.get(eventId);
  if (sequence === undefined) throw resourceNotFound('The trail has no event with this id.');
  return sequence;
};
