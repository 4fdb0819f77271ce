import {
  type GetUsageRequest,
  type GetUsageResponse,
  Granularity,
  GroupBy,
} from '@strongroom/contracts/strongroom/usage/v1/usage';
import { invalidParameter } from '@strongroom/errors';
import { readNextToken, unknownToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { periodOf, startOf } from '../domain/periods';
import type { Dimension, Period, UsagePosition, UsageQuestion } from '../domain/usage-report.port';
import type { Call, Dependencies } from './dependencies';
import { requireAccount, requireHome, requireMaxResults } from './request-rules';

const MAX_PERIODS = 400;
const MAX_FILTER = 700;
const MAX_TAG_KEY = 128;
const MAX_TAG_VALUE = 256;

const PERIODS: Readonly<Record<Exclude<Granularity, Granularity.UNRECOGNIZED>, Period>> = {
  [Granularity.UNSPECIFIED]: 'day',
  [Granularity.HOUR]: 'hour',
  [Granularity.DAY]: 'day',
  [Granularity.MONTH]: 'month',
};
const GROUPS: Readonly<Partial<Record<GroupBy, Dimension>>> = {
  [GroupBy.ACCOUNT]: 'account',
  [GroupBy.PRINCIPAL]: 'principal',
  [GroupBy.SECRET]: 'secret',
  [GroupBy.OPERATION]: 'operation',
  [GroupBy.TAG]: 'tag',
};

export const getUsage = (d: Dependencies) =>
  unary<GetUsageRequest, GetUsageResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults);
    if (request.allAccounts && request.accountId !== '') throw invalidParameter('You can use either AccountId or AllAccounts.');
    const range = requireRange(request, d.clock.millis());
    const groupBy = requireGroups(request.groupBy);
    const tagKey = requireTagKey(request, groupBy);
    const filter = requireFilter(request);
    const accountId = requireAccount(d, call, request.accountId);
    if (request.allAccounts) requireHome(d, call, 'see what other accounts use');
    const question: Omit<UsageQuestion, 'after' | 'limit'> = {
      ...range,
      accountId: request.allAccounts ? undefined : accountId,
      groupBy,
      tagKey,
      filter,
    };
    const asked = `GetUsage ${JSON.stringify({ ...question, groupBy: [...groupBy].sort() })}`;
    const after = requirePosition(readNextToken(request.nextToken, asked, 6));
    const found = await d.reports.usage({ ...question, after, limit: limit + 1 }, call.deadline);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      rows: page.map((group) => ({
        startTime: startOf(range.period, group.period),
        accountId: group.accountId,
        principal: group.principal,
        secret: group.secret,
        operation: group.operation,
        tag: group.tag,
        counters: group.counters,
      })),
      nextToken: last ? writeNextToken(last.position, asked) : '',
    };
  });

function requireRange({ granularity, startTime, endTime }: GetUsageRequest, now: number) {
  if (granularity === Granularity.UNRECOGNIZED || PERIODS[granularity] === undefined) {
    throw invalidParameter('Granularity must be HOUR, DAY or MONTH.');
  }
  const period = PERIODS[granularity];
  const end = endTime?.getTime() ?? now;
  const from = periodOf(period, startTime?.getTime() ?? startOf('month', periodOf('month', now)).getTime());
  // A period that has begun is in the answer as a whole.
  const until = periodOf(period, end - 1) + 1;
  if (until <= from) throw invalidParameter('EndTime must be after StartTime.');
  // The current month has more hours than that; whoever names no beginning gets the last ones.
  if (until - from > MAX_PERIODS) {
    if (!startTime && period === 'hour') return { period, from: until - MAX_PERIODS, until };
    throw invalidParameter(`EndTime must be at most ${MAX_PERIODS} periods after StartTime.`);
  }
  return { period, from, until };
}

function requireGroups(groupBy: readonly GroupBy[]): Set<Dimension> {
  const groups = groupBy.map((group) => GROUPS[group]);
  if (groups.includes(undefined)) throw invalidParameter('GroupBy must have ACCOUNT, PRINCIPAL, SECRET, OPERATION or TAG.');
  const distinct = new Set(groups as Dimension[]);
  if (distinct.size < groups.length) throw invalidParameter('GroupBy must have each group at most once.');
  return distinct;
}

function requireTagKey({ tagKey }: GetUsageRequest, groupBy: ReadonlySet<Dimension>): string | undefined {
  if (!groupBy.has('tag')) {
    if (tagKey !== '') throw invalidParameter('TagKey must be with TAG in GroupBy.');
    return undefined;
  }
  if (tagKey === '' || tagKey.length > MAX_TAG_KEY) throw invalidParameter(`TagKey must have 1 to ${MAX_TAG_KEY} characters.`);
  return tagKey;
}

function requireFilter({ filter }: GetUsageRequest): UsageQuestion['filter'] {
  const { principal = '', secret = '', operation = '' } = filter ?? {};
  for (const [name, text] of Object.entries({ Principal: principal, Secret: secret, Operation: operation })) {
    if (text.length > MAX_FILTER) throw invalidParameter(`Filter.${name} must have at most ${MAX_FILTER} characters.`);
  }
  return { principal: principal || undefined, secret: secret || undefined, operation: operation || undefined };
}

/** Tokens come from outside. */
function requirePosition(position: string[] | undefined): UsagePosition | undefined {
  if (!position) return undefined;
  const [period, accountId, operation, principal, secret, tag] = position as unknown as UsagePosition;
  const isKey = (text: string) => /^(?:[0-9a-f]{32})?$/.test(text);
  const isFine = /^\d{1,9}$/.test(period) && /^(?:\d{12})?$/.test(accountId) && /^[\w:-]{0,80}$/.test(operation);
  if (!isFine || !isKey(principal) || !isKey(secret) || tag.length > MAX_TAG_VALUE) throw unknownToken();
  return [period, accountId, operation, principal, secret, tag];
}
