import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useRef } from 'react';
import { newCommandKey } from '@/domain/ids';
import { isWorthRetrying } from './problem';

const MAX_RETRIES = 2;

interface Keyed<Input> {
  input: Input;
  key: string;
}

interface CommandOptions<Input, Result> {
  /** Sends what the user meant, under the key that keeps it from happening twice. */
  send: (input: Input, header: { 'Idempotency-Key': string }) => Promise<Result>;
  /** Answers that are out of date once it is done. */
  outdates: QueryKey;
  onDone?: (result: Result, input: Input) => void;
}

/**
 * One kind of command. Its key lives as long as nobody knows what became of it: where the network broke and
 * the user sends the same again by hand, goods must not be booked twice.
 */
export function useCommand<Input, Result>({ send, outdates, onDone }: CommandOptions<Input, Result>) {
  const client = useQueryClient();
  const unsettled = useRef<{ body: string; key: string } | null>(null);
  const mutation = useMutation({
    mutationFn: ({ input, key }: Keyed<Input>) => send(input, { 'Idempotency-Key': key }),
    retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
    onSuccess: (result, { input }) => {
      unsettled.current = null;
      void client.invalidateQueries({ queryKey: outdates });
      onDone?.(result, input);
    },
    onError: (error) => {
      if (!isWorthRetrying(error)) unsettled.current = null;
    },
  });
  const run = (input: Input) => {
    const body = JSON.stringify(input);
    if (unsettled.current?.body !== body) unsettled.current = { body, key: newCommandKey() };
    mutation.mutate({ input, key: unsettled.current.key });
  };
  return { run, isRunning: mutation.isPending, error: mutation.error, reset: mutation.reset };
}
