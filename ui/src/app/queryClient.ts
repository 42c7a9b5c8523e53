import { QueryClient } from '@tanstack/react-query';
import { isWorthRetrying } from '@/api/problem';

const MAX_RETRIES = 2;
/** Live changes keep answers true; this bounds how old one can get if a change was never announced. */
const STALE_AFTER_MS = 15_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_AFTER_MS,
      retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
      // A failure of the network must show as one, not as a query that waits for ever.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
