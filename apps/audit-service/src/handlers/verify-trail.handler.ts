import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  Finding as FindingMessage,
  VerifyTrailRequest,
  VerifyTrailResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import type { Range } from '../domain/verification';
import type { Finding, Verification } from '../domain/verification-run';
import { requireAccess, type Dependencies } from './dependencies';

export const verifyTrail = ({ verifier, catchUp, turns, access }: Dependencies) =>
  unary<VerifyTrailRequest, VerifyTrailResponse, Caller>(async (request, call) => {
    const accountId = requireAccess(access, call, 'cloudtrail:ValidateLogs');
    const range = parseRange(request);
    const audit = auditOf(call);
    audit.parameter('fromSequence', range.from);
    audit.parameter('toSequence', range.to);
    const within = { deadline: call.deadline };
    await catchUp.now(call.deadline);
    const verification = await turns.inOneTurn(accountId, () => verifier.verify(accountId, range, within));
    audit.response('valid', verification.valid);
    audit.response('lastSequence', verification.lastSequence);
    return verificationMessage(verification);
  });

export const verificationMessage = (verification: Verification): VerifyTrailResponse => ({
  ...verification,
  eventsVerified: BigInt(verification.eventsVerified),
  lastSequence: BigInt(verification.lastSequence),
  findings: verification.findings.map(findingMessage),
});

export const findingMessage = (finding: Finding): FindingMessage => ({ ...finding, sequence: BigInt(finding.sequence) });

const parseRange = ({ fromSequence, toSequence }: VerifyTrailRequest): Range => {
  const place = (name: string, value: bigint | undefined) => {
    if (value === undefined) return undefined;
    if (value < 1n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidParameter(`${name} must be from 1 to 2^53 - 1.`);
    return Number(value);
  };
  const from = place('from_sequence', fromSequence);
  const to = place('to_sequence', toSequence);
  if (to !== undefined && to < (from ?? 1)) throw invalidParameter('to_sequence must not be less than from_sequence.');
  return { from, to };
};
