import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { currentSession, onSessionChange } from '@/api/session';
import { queryClient } from './queryClient';
import { router } from './router';
import { theme } from './theme';

/** Leaves the protected pages, and forgets all they showed, as soon as the session ends. */
function useLeaveWhenSignedOut(): void {
  useEffect(
    () =>
      onSessionChange(() => {
        if (currentSession()) return;
        queryClient.clear();
        void router.invalidate();
      }),
    [],
  );
}

export function App() {
  useLeaveWhenSignedOut();
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="top-right" limit={3} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
