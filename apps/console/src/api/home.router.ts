import { type EventFilter, LookupEventsRequest, Outcome, type Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { GetCheckpointRequest } from '@strongroom/contracts/strongroom/audit/v1/checkpoints';
import { ListSecretsRequest, SortBy, SortOrder, type SecretListEntry } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { type Clock, DAY } from '@strongroom/clock';
import type { EndingCertificate, Findings, Overview, Part, TrailState } from '@strongroom/console-api';
import { isDomainError } from '@strongroom/errors';
import {
  canaryReads,
  endingCertificates,
  failedRotations,
  findings,
  MAX_OF_A_PART,
  overdueRotations,
  plannedDeletions,
} from '../domain/attention';
import type { SignedInContext } from './context';
import { type ConsoleClients, onBehalfOf } from './derived';
import { problemOf } from './problem';
import { router, type SignedInProcedure } from './trpc';

/** How far back Home looks. Milliseconds. */
const RECENT = 7 * DAY;
/** The longest recovery window. */
const RECOVERY = 30 * DAY;
const VERIFIED_WITHIN = 90 * DAY;
/** Of each kind of event that is looked up. */
const MAX_EVENTS = 100;
/** Of secrets that are looked through for a rotation that is due: those that have not changed for the longest time. */
const PAGES = 5;
const PAGE_SIZE = 100;
const MAX_CANARIES = 10;
/** The tag that makes a secret a canary, if its value is `true`. */
const CANARY_TAG = 'strongroom:canary';

export interface HomeRouterOptions {
  clients: Pick<ConsoleClients, 'audit' | 'secrets'>;
  /** Those that the cluster shows; never rejects. */
  certificates: () => Promise<readonly EndingCertificate[]>;
  clock: Clock;
}

/** What needs attention, asked on behalf of the person: a few calls, whatever the size of the account. */
export function homeRouter(
  { clients: { audit, secrets }, certificates, clock }: HomeRouterOptions,
  procedure: SignedInProcedure,
) {
  const look = async (
    ctx: SignedInContext,
    filter: Parameters<typeof EventFilter.fromPartial>[0],
    sinceMs: number,
    most = MAX_EVENTS,
  ) => {
    const startTime = new Date(clock.millis() - sinceMs);
    const request = LookupEventsRequest.fromPartial({ filter: { ...filter, startTime }, maxResults: most });
    return audit.lookupEvents(request, onBehalfOf(ctx));
  };
  const pair = async <T>(
    ctx: SignedInContext,
    [first, second]: [string, string],
    sinceMs: number,
    make: (a: Event[], b: Event[]) => T[],
  ) => {
    const [one, other] = await Promise.all([first, second].map((eventName) => look(ctx, { eventName }, sinceMs)));
    return findings(make(one!.events, other!.events), one!.nextToken !== '');
  };

  const secretsBehind = async (ctx: SignedInContext): Promise<Overview['overdueRotations']> =>
    part(ctx, async () => {
      const seen: SecretListEntry[] = [];
      const order = { sortBy: SortBy.LAST_CHANGED_DATE, sortOrder: SortOrder.ASC };
      let nextToken = '';
      for (let page = 0; page < PAGES; page++) {
        const request = ListSecretsRequest.fromPartial({ ...order, maxResults: PAGE_SIZE, nextToken });
        const answer = await secrets.listSecrets(request, onBehalfOf(ctx));
        seen.push(...answer.secretList);
        nextToken = answer.nextToken;
        if (nextToken === '') break;
      }
      return findings(overdueRotations(seen, clock.millis()), nextToken !== '');
    });

  const readCanaries = (ctx: SignedInContext): Promise<Overview['canaryReads']> =>
    part(ctx, async () => {
      const filters = [{ key: 'tag-key', values: [CANARY_TAG] }];
      const request = ListSecretsRequest.fromPartial({ filters, maxResults: MAX_CANARIES });
      const { secretList, nextToken } = await secrets.listSecrets(request, onBehalfOf(ctx));
      const about = secretList.map(({ arn }) =>
        look(ctx, { resource: arn, outcome: Outcome.SUCCESS }, RECENT, MAX_OF_A_PART + 1),
      );
      return findings(canaryReads((await Promise.all(about)).flatMap(({ events }) => events)), nextToken !== '');
    });

  const trail = (ctx: SignedInContext): Promise<Part<TrailState>> =>
    part(ctx, async () => {
      const names = ['VerifyTrail', 'StreamTrailVerification'];
      const [{ size, createdAt }, ...verified] = await Promise.all([
        audit.getCheckpoint(GetCheckpointRequest.fromPartial({}), onBehalfOf(ctx)),
        ...names.map((eventName) => look(ctx, { eventName, outcome: Outcome.SUCCESS }, VERIFIED_WITHIN, 1)),
      ]);
      const [last] = verified
        .flatMap(({ events }) => events)
        .sort((one, other) => other.eventTime!.getTime() - one.eventTime!.getTime());
      return {
        events: size,
        ...(createdAt && { checkpointAt: createdAt }),
        ...(last && { verifiedAt: last.eventTime!, verifiedBy: last.userIdentity?.arn ?? '' }),
      };
    });

  const endings = async (): Promise<Part<Findings<EndingCertificate>>> => ({
    known: true,
    value: findings(endingCertificates(await certificates(), clock.millis())),
  });

  return router({
    overview: procedure.query(async ({ ctx }): Promise<Overview> => {
      const [failed, overdue, deletions, canaries, state, ending] = await Promise.all([
        part(ctx, () => pair(ctx, ['RotationFailed', 'RotationSucceeded'], RECENT, failedRotations)),
        secretsBehind(ctx),
        part(ctx, () =>
          pair(ctx, ['DeleteSecret', 'RestoreSecret'], RECOVERY, (deleted, restored) =>
            plannedDeletions(deleted, restored, clock.millis()),
          ),
        ),
        readCanaries(ctx),
        trail(ctx),
        endings(),
      ]);
      return {
        failedRotations: failed,
        overdueRotations: overdue,
        plannedDeletions: deletions,
        canaryReads: canaries,
        trail: state,
        certificates: ending,
      };
    }),
  });
}

/** A part that the person may not see, or whose service does not answer, leaves the others as they are. */
async function part<T>({ requestId }: SignedInContext, ask: () => Promise<T>): Promise<Part<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    // Without a session there are no parts.
    if (!isDomainError(error) || error.kind === 'unauthenticated') throw error;
    return { known: false, problem: problemOf(error, requestId) };
  }
}
