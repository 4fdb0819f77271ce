import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { readTrailSearch, type TrailSearch } from './trail-search';

/** The conditions in the address, and a way to change some of them. */
export function useTrailSearch(): [
  TrailSearch,
  (change: { [Name in keyof TrailSearch]?: TrailSearch[Name] | undefined }) => void,
] {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = useMemo(() => readTrailSearch(raw), [raw]);
  const change = useCallback(
    (part: { [Name in keyof TrailSearch]?: TrailSearch[Name] | undefined }) => {
      const next = (previous: Record<string, unknown>) => ({
        tab: previous['tab'],
        ...readTrailSearch({ ...previous, ...part }),
      });
      void navigate({ to: '.', search: next as never, replace: true });
    },
    [navigate],
  );
  return [search, change];
}
