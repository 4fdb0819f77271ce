import { QueryClient } from '@tanstack/react-query';
import { isRefusal } from './api-error';

const MAX_RETRIES = 2;
/** Milliseconds for which an answer is shown without being asked for again. */
const FRESH_FOR = 10_000;

/** What the page has learned of the services. It lives in memory only, and is emptied when the session ends. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_FOR,
      // What the services refuse, they refuse again.
      retry: (failures, error) => failures < MAX_RETRIES && !isRefusal(error),
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});
