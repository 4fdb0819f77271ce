import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, client } from '../../app/api';
import { byUrgency, isPending, type ListedSecret, rotates, type RotatingState, stateOfSecret } from './rotating-secret';
import { isOver, type Run } from './rotation-run';

/** Secrets that are looked through at a time; nothing lists only those that rotate. */
const BATCH = 2_000;
const PAGE = 100;
/** Milliseconds for which the list is used without being asked for again. */
const FRESH_FOR = 30_000;
/** Secrets whose newest run is read, for their versions are pending. */
const MAX_OPEN = 40;

export interface RotatingRow {
  secret: ListedSecret;
  run: Run | undefined;
  state: RotatingState;
}

/** The secrets that rotate, with their state; looks through the secrets of the account for them. */
export function useRotatingSecrets() {
  const [limit, setLimit] = useState(BATCH);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [['secrets', 'listSecrets'], { input: { maxResults: PAGE }, type: 'rotating' }],
    queryFn: ({ pageParam, signal }) => client.secrets.listSecrets.query({ maxResults: PAGE, nextToken: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextToken }) => nextToken || undefined,
    staleTime: FRESH_FOR,
    gcTime: FRESH_FOR,
    refetchOnWindowFocus: false,
  });
  const looked = data?.pages.reduce((sum, { secretList }) => sum + secretList.length, 0) ?? 0;
  const goesOn = hasNextPage && looked < limit;
  useEffect(() => {
    if (goesOn && !isFetchingNextPage && !error) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, error, fetchNextPage]);

  const secrets = data?.pages.flatMap(({ secretList }) => secretList).filter(rotates);
  const open = (secrets ?? []).filter(isPending).slice(0, MAX_OPEN);
  const runs = useQueries({
    queries: open.map(({ arn }) =>
      api.rotation.listRotationRuns.queryOptions(
        { secretId: arn, maxResults: 1 },
        {
          refetchInterval: ({ state }) => {
            const newest = state.data?.runs[0];
            return newest && !isOver(newest) ? 1_000 : false;
          },
        },
      ),
    ),
    combine: (answers) => new Map(answers.map((answer, index) => [open[index]!.arn, answer.data?.runs[0]])),
  });
  const now = new Date();
  const rows: RotatingRow[] | undefined = secrets
    ?.map((secret) => {
      const run = runs.get(secret.arn);
      return { secret, run, state: stateOfSecret(secret, run, now) };
    })
    .sort(byUrgency);

  // The labels of a secret have changed when its run is over.
  const running = rows?.filter(({ state }) => state === 'running').length ?? 0;
  const [before, setBefore] = useState(0);
  useEffect(() => {
    if (running < before) void refetch();
    setBefore(running);
  }, [running, before, refetch]);

  return {
    rows,
    error,
    refetch,
    looked,
    isLooking: goesOn,
    lookOn: hasNextPage && !goesOn ? () => setLimit(limit + BATCH) : undefined,
  };
}
