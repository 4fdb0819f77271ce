import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../../app/api';
import { isOver, type Run } from './rotation-run';

/** Milliseconds between two looks at a run: at first often, for most runs take a second. */
const SOON = 500;
const LATER = 2_000;
const SOON_FOR = 30_000;
/** Milliseconds for which a run that has not begun is looked for. */
const AWAITED_FOR = 120_000;
/** The runs that a page shows. */
const SHOWN = 25;

/**
 * The runs of a secret, newest first; asked for again and again while the newest one runs, or one is awaited.
 * @param awaited the version of a rotation that was asked for just now, and whose run may not have begun
 */
export function useRuns(secretId: string, awaited?: string) {
  const since = useRef<{ key: string; at: number }>(undefined);
  return useQuery(
    api.rotation.listRotationRuns.queryOptions(
      { secretId, maxResults: SHOWN },
      {
        refetchInterval: ({ state: { data } }) => {
          const newest = data?.runs[0];
          const isAwaited = awaited !== undefined && !data?.runs.some(({ versionId }) => versionId === awaited);
          if (!isAwaited && (newest === undefined || isOver(newest))) return false;
          const key = isAwaited ? awaited : newest!.runId;
          if (since.current?.key !== key) since.current = { key, at: Date.now() };
          const waited = Date.now() - since.current.at;
          if (waited < SOON_FOR) return SOON;
          // A version that somebody labelled by hand has no run.
          return isAwaited && waited > AWAITED_FOR ? false : LATER;
        },
        staleTime: 0,
      },
    ),
  );
}

/** The newest run, if it is not over. */
export const openRun = (runs: readonly Run[] | undefined): Run | undefined => {
  const [newest] = runs ?? [];
  return newest && !isOver(newest) ? newest : undefined;
};
