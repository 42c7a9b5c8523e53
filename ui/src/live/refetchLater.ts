import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** However often something changes, an answer is fetched anew at most this often. */
const REFETCH_INTERVAL_MS = 2_000;

/** Marks answers out of date, at most once per interval and key, and always once after the last change. */
export function createRefetcher(client: QueryClient) {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  return {
    soon(queryKey: QueryKey): void {
      const name = JSON.stringify(queryKey);
      if (waiting.has(name)) return;
      const timer = setTimeout(() => {
        waiting.delete(name);
        void client.invalidateQueries({ queryKey });
      }, REFETCH_INTERVAL_MS);
      waiting.set(name, timer);
    },
    stop(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
