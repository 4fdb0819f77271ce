import type { Output } from '@strongroom/console-api';
import type { UsageRow } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { client } from '../../app/api';
import { type Range, timesOf } from './ranges';
import { GRANULARITY, GROUP_BY, type Grouping } from './usage-series';

const PAGE_SIZE = 1_000;
/** What a page reads. */
const MAX_PAGES = 10;

/**
 * The counters of a range. All pages are read, up to 10,000 rows; `isCut` says that there are more.
 *
 * @param tagKey of the tag by whose values calls are told apart; nothing is read for a grouping by tag without one
 */
export function useUsage(range: Range, grouping: Grouping, tagKey: string) {
  const isByTag = grouping === 'tag';
  const [now] = useState(() => new Date());
  const times = useMemo(() => timesOf(range, now), [range, now]);
  const { period, from, to } = times;
  const query = useQuery({
    queryKey: ['usage', range, grouping, isByTag ? tagKey : '', now.getTime()],
    enabled: !isByTag || tagKey !== '',
    queryFn: async ({ signal }) => {
      const rows: Output<UsageRow>[] = [];
      const groupBy = grouping === 'none' ? [] : [GROUP_BY[grouping]];
      let nextToken = '';
      for (let page = 0; page < MAX_PAGES; page++) {
        const request = {
          startTime: from,
          endTime: to,
          granularity: GRANULARITY[period],
          groupBy,
          tagKey: isByTag ? tagKey : '',
          maxResults: PAGE_SIZE,
          nextToken,
        };
        const answer = await client.usage.getUsage.query(request, { signal });
        rows.push(...answer.rows);
        nextToken = answer.nextToken;
        if (nextToken === '') break;
      }
      return { rows, isCut: nextToken !== '' };
    },
    staleTime: 60_000,
  });
  return { ...query, times };
}
