import { useEffect } from 'react';

/**
 * Asks again at this pace, whatever arrives meanwhile. A query's own `refetchInterval` begins anew with
 * each live change that is laid over its answer, and on a busy day would never come to its end.
 */
export function useRefetchEvery(refetch: () => Promise<unknown>, interval: number): void {
  useEffect(() => {
    const timer = setInterval(() => void refetch(), interval);
    return () => clearInterval(timer);
  }, [refetch, interval]);
}
