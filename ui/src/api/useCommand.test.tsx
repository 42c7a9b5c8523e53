import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import { ProblemError } from './problem';
import { useCommand } from './useCommand';

const refused = new ProblemError({ type: 'about:blank', title: 'Not valid', status: 422 });

type Send = (input: string, header: { 'Idempotency-Key': string }) => Promise<string>;

function commandWith(send: Send) {
  const client = new QueryClient({ defaultOptions: { mutations: { retryDelay: 1 } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => useCommand({ send, outdates: ['stock'] }), { wrapper }).result;
}

function keysOf(send: ReturnType<typeof vi.fn<Send>>): string[] {
  return send.mock.calls.map(([, header]) => header['Idempotency-Key']);
}

test('a command whose outcome nobody knows keeps its key when it is sent again by hand', async () => {
  const send = vi.fn<Send>().mockRejectedValue(new TypeError('Failed to fetch'));
  const command = commandWith(send);
  act(() => command.current.run('two pallets'));
  await waitFor(() => expect(command.current.error).not.toBeNull());
  send.mockResolvedValue('booked');
  act(() => command.current.run('two pallets'));
  await waitFor(() => expect(command.current.error).toBeNull());
  await waitFor(() => expect(command.current.isRunning).toBe(false));
  expect(send.mock.calls.length).toBe(4);
  expect(new Set(keysOf(send)).size).toBe(1);
});

test('another wish, and a wish after a clear answer, have keys of their own', async () => {
  const send = vi.fn<Send>().mockRejectedValue(refused);
  const command = commandWith(send);
  for (const [wish, calls] of [
    ['two pallets', 1],
    ['two pallets', 2],
    ['three pallets', 3],
  ] as const) {
    act(() => command.current.run(wish));
    await waitFor(() => expect(send.mock.calls.length).toBe(calls));
    await waitFor(() => expect(command.current.isRunning).toBe(false));
  }
  expect(new Set(keysOf(send)).size).toBe(3);
});
