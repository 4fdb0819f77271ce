import { dayOf, divided, formatAmount, unitPrice } from '@strongroom/billing';
import { DAY } from '@strongroom/clock';
import type {
  ListPollersRequest,
  ListPollersResponse,
  ListUnusedSecretsRequest,
  ListUnusedSecretsResponse,
} from '@strongroom/contracts/strongroom/usage/v1/usage';
import { readNextToken, unknownToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { DAYS_KEPT } from '../domain/periods';
import type { IdleSecret, PollerGroup } from '../domain/usage-report.port';
import type { Call, Dependencies } from './dependencies';
import { requireAccount, requireMaxResults, requireNumber } from './request-rules';

const KEY = /^[0-9a-f]{32}$/;
const INSTANT = /^[2-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export const listPollers = (d: Dependencies) =>
  unary<ListPollersRequest, ListPollersResponse, Call['caller']>(async (request, call) => {
    const days = requireNumber(request.days, { name: 'Days', min: 1, max: DAYS_KEPT, standard: 30 });
    const limit = requireMaxResults(request.maxResults);
    const accountId = requireAccount(d, call, request.accountId);
    const asked = `ListPollers ${accountId} ${days}`;
    const after = pollerPosition(readNextToken(request.nextToken, asked, 3));
    const today = dayOf(d.clock.millis());
    const found = await d.reports.pollers(accountId, today - days + 1, after, limit + 1, call.deadline);
    const { priceList } = await d.prices.current();
    const { amount, per } = unitPrice(priceList, 'secret-calls', today);
    const priceOf = (calls: bigint) => formatAmount(divided(calls * amount, BigInt(per)));
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      pollers: page.map(({ principal, secret, reads, repeated, busyHours }) => {
        const saved = reads > busyHours ? reads - busyHours : 0n;
        return {
          principal,
          secret,
          reads,
          repeatedReads: repeated,
          readsSavedByCache: saved,
          savedByCache: priceOf(saved),
          savedByPush: priceOf(repeated),
          currency: priceList.currency,
        };
      }),
      nextToken: last ? writeNextToken(last.position, asked) : '',
    };
  });

export const listUnusedSecrets = (d: Dependencies) =>
  unary<ListUnusedSecretsRequest, ListUnusedSecretsResponse, Call['caller']>(async (request, call) => {
    const days = requireNumber(request.days, { name: 'Days', min: 1, max: 3_650, standard: 90 });
    const limit = requireMaxResults(request.maxResults);
    const accountId = requireAccount(d, call, request.accountId);
    const asked = `ListUnusedSecrets ${accountId} ${days}`;
    const after = idlePosition(readNextToken(request.nextToken, asked, 2));
    const now = d.clock.millis();
    const found = await d.reports.idleSecrets(accountId, new Date(now - days * DAY), after, limit + 1, call.deadline);
    const { priceList } = await d.prices.current();
    const { amount, per } = unitPrice(priceList, 'secret-months', dayOf(now));
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      secrets: page.map(({ secret, createdAt, lastReadAt }) => ({
        secret,
        createdAt,
        lastReadAt,
        monthlyCost: formatAmount(divided(amount, BigInt(per))),
        currency: priceList.currency,
      })),
      nextToken: last ? writeNextToken(last.position, asked) : '',
    };
  });

/** Tokens come from outside. */
function pollerPosition(position: string[] | undefined): PollerGroup['position'] | undefined {
  if (!position) return undefined;
  const [repeated, principal, secret] = position as [string, string, string];
  if (!/^\d{1,15}$/.test(repeated) || !KEY.test(principal) || !KEY.test(secret)) throw unknownToken();
  return [repeated, principal, secret];
}

function idlePosition(position: string[] | undefined): IdleSecret['position'] | undefined {
  if (!position) return undefined;
  const [since, key] = position as [string, string];
  if (!INSTANT.test(since) || Number.isNaN(Date.parse(since)) || !KEY.test(key)) throw unknownToken();
  return [since, key];
}
