import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

interface PagesOptions<Page, Row> {
  /** Path of the procedure and its input, as in `[['secrets', 'listSecrets'], { input }]`, so that invalidations find it. */
  queryKey: readonly [readonly string[], { input: unknown }];
  /** Asks for one page; `token` is empty for the first. */
  load: (token: string, signal: AbortSignal) => Promise<Page>;
  rows: (page: Page) => readonly Row[];
  /** The token of the next page; empty or undefined after the last. */
  next: (page: Page) => string | undefined;
  enabled?: boolean;
  /** Milliseconds between two looks at the first page's worth; default: none. */
  refetchInterval?: number;
}

/** Milliseconds for which a list is kept that nobody looks at: it may be long. */
const KEPT_FOR = 60_000;

/**
 * A list of the services, page by page, in the shape that `DataTable` takes. What was shown stays until a new answer is
 * there.
 */
export function usePages<Page, Row>({ queryKey, load, rows, next, enabled, refetchInterval }: PagesOptions<Page, Row>) {
  const query = useInfiniteQuery({
    queryKey: [queryKey[0], { ...queryKey[1], type: 'pages' }],
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (page) => next(page) || undefined,
    placeholderData: keepPreviousData,
    gcTime: KEPT_FOR,
    // All pages would be asked for again.
    refetchOnWindowFocus: false,
    enabled,
    refetchInterval,
  });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData, isFetching } = query;
  const all = useMemo(() => data?.pages.flatMap(rows), [data, rows]);
  return {
    /** The old rows are shown while new ones are on their way. */
    isChanging: isPlaceholderData && isFetching,
    table: {
      rows: all,
      error,
      onRetry: () => void refetch(),
      hasMore: hasNextPage,
      onMore: () => void fetchNextPage(),
      isLoadingMore: isFetchingNextPage,
    },
  };
}
