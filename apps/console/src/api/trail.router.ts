import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { bridgeEvent, cloudTrailRecord } from '@strongroom/cloudtrail-record';
import type { Clock } from '@strongroom/clock';
import type { PatternTrial } from '@strongroom/console-api';
import type {
  Finding,
  LookupEventsRequest,
  StreamTrailVerificationRequest,
  StreamTrailVerificationResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { deadlineExceeded, DomainError, isDomainError } from '@strongroom/errors';
import { compilePattern, type EventPattern, type JsonObject, PatternFault } from '@strongroom/event-pattern';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { consistencyLine, inclusionLine, NoteError, splitNotes, unverifiedCheckpoint } from '@strongroom/merkle';
import type { auditService } from '@strongroom/methods';
import type { SignedInContext } from './context';
import { type ConsoleClients, onBehalfOf } from './derived';
import { documentText } from './input-texts';
import { requestReader } from './message-reader';
import { invalidField } from './problem';
import { router, type SignedInProcedure } from './trpc';

export interface TrailRouterOptions {
  audit: Pick<ConsoleClients['audit'], 'lookupEvents' | 'getCheckpoint' | 'getConsistencyProof' | 'getInclusionProof'>;
  /** A stream has a connection of its own. */
  verifications: Pick<ServiceClient<typeof auditService>, 'streamTrailVerification'>;
  clock: Clock;
}

/** A step of a verification takes so long, or until the next progress after it. Milliseconds. */
const STEP_MS = 2_000;
/** The service still has the stream of the step before for a moment after it was left. Milliseconds. */
const TURN_PAUSES = [50, 150, 400];
/** Of the newest events, with which a pattern is tried. */
const MAX_TRIED = 1_000;
const MAX_SHOWN = 20;
/** Of checkpoints, each of which costs a proof. */
const MAX_CHECKPOINTS = 20;

const proveInput: z.ZodType<{ eventId?: string; since?: string }> = z.strictObject({
  eventId: z.uuid({ error: 'must be a UUID' }).optional(),
  since: documentText.optional(),
});
const patternInput: z.ZodType<{ eventPattern: string }> = z.strictObject({ eventPattern: documentText });
const lookupInput = requestReader('/strongroom.audit.v1.AuditService/LookupEvents');
const verifyInput = requestReader('/strongroom.audit.v1.AuditService/StreamTrailVerification');

/** What the page asks of the trail beside the methods of AuditService. */
export function trailRouter({ audit, verifications, clock }: TrailRouterOptions, procedure: SignedInProcedure) {
  return router({
    records: procedure.input(lookupInput).query(async ({ ctx, input }) => {
      const { events, nextToken } = await audit.lookupEvents(input as unknown as LookupEventsRequest, onBehalfOf(ctx));
      return { lines: events.map((event) => JSON.stringify(cloudTrailRecord(event))), nextToken };
    }),

    verify: procedure
      .input(verifyInput)
      .mutation(({ ctx, input }) => stepOf(input as unknown as StreamTrailVerificationRequest, ctx, { verifications, clock })),

    prove: procedure.input(proveInput).mutation(async ({ ctx, input: { eventId, since } }) => {
      const sizes = since === undefined ? [] : sizesIn(since);
      if (eventId === undefined && since === undefined) throw invalidField('eventId', 'must be there, or since');
      const options = onBehalfOf(ctx);
      const { checkpoint, size } = await audit.getCheckpoint({}, options);
      const tree = { checkpoint, size };
      const lines: string[] = [];
      for (const fromSize of sizes) {
        const { hashes } = await audit.getConsistencyProof({ fromSize, toSize: size }, options);
        lines.push(consistencyLine({ fromSize, hashes }, tree));
      }
      if (eventId !== undefined) {
        const event = { $case: 'eventId', value: eventId } as const;
        lines.push(inclusionLine(await audit.getInclusionProof({ event, size }, options), tree));
      }
      return { lines };
    }),

    tryPattern: procedure.input(patternInput).mutation(async ({ ctx, input: { eventPattern } }): Promise<PatternTrial> => {
      const pattern = patternOf(eventPattern);
      const request = { filter: undefined, maxResults: MAX_TRIED, nextToken: '' };
      const { events } = await audit.lookupEvents(request, onBehalfOf(ctx));
      const matching = events.filter((event) => pattern.matches(bridgeEvent(event) as unknown as JsonObject));
      return { looked: events.length, matched: matching.length, events: matching.slice(0, MAX_SHOWN) };
    }),
  });
}

/** Follows a verification for a while, and says how far it came. */
async function stepOf(
  request: StreamTrailVerificationRequest,
  ctx: SignedInContext,
  { verifications, clock }: Pick<TrailRouterOptions, 'verifications' | 'clock'>,
): Promise<StreamTrailVerificationResponse> {
  const { onBehalfOf: caller, requestId, deadline } = onBehalfOf(ctx);
  const signal = AbortSignal.timeout(Math.max(0, deadline - clock.millis()));
  const until = clock.millis() + STEP_MS;
  for (let attempt = 0; ; attempt++) {
    const findings: Finding[] = [];
    let reached: StreamTrailVerificationResponse | undefined;
    let { resumeToken } = request;
    try {
      const messages = verifications.streamTrailVerification(request, { onBehalfOf: caller, requestId, signal });
      for await (const message of messages) {
        findings.push(...message.findings);
        resumeToken = message.resumeToken || resumeToken;
        reached = message;
        if (message.result || clock.millis() >= until) break;
      }
    } catch (error) {
      if (reached === undefined) {
        if (signal.aborted) throw deadlineExceeded('The verification did not reach its next place in time.');
        const pause = TURN_PAUSES[attempt];
        if (pause === undefined || !isDomainError(error) || error.reason !== 'LimitExceededException') throw error;
        await delay(pause);
        continue;
      }
      // What was reached is verified; the next step goes on from there, and tells if something is wrong.
    }
    if (reached === undefined) throw deadlineExceeded('The verification ended before it reached a place.');
    return { ...reached, findings, resumeToken };
  }
}

/** The sizes of the trees that checkpoints in a text stand for. Whether they are genuine is for strongroom-verify to say. */
function sizesIn(text: string): bigint[] {
  // In a field of a page the last line may have no end.
  const { notes } = splitNotes(`${text.replaceAll('\r\n', '\n').trim()}\n`);
  if (notes.length === 0) throw invalidField('since', 'has no checkpoint in it');
  if (notes.length > MAX_CHECKPOINTS) throw invalidField('since', `has more than ${MAX_CHECKPOINTS} checkpoints in it`);
  try {
    return [...new Set(notes.map((note) => unverifiedCheckpoint(note).size))].map(BigInt);
  } catch (error) {
    if (error instanceof NoteError) throw invalidField('since', error.message);
    throw error;
  }
}

function patternOf(text: string): EventPattern {
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    // As PutRule refuses it.
    const message = `Event pattern is not valid. Reason: ${error.message}`;
    throw new DomainError({ kind: 'invalid-argument', reason: 'InvalidEventPatternException', message });
  }
}
