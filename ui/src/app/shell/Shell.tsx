import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { LiveProvider } from '@/live/LiveProvider';
import { CommandPalette } from './CommandPalette';
import { Navigation } from './Navigation';
import { TopBar } from './TopBar';

const MAIN_ID = 'main';

/** The frame around every page of a signed-in user. */
export function Shell() {
  const [menuOpened, menu] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { close } = menu;
  useEffect(close, [path, close]);

  return (
    <LiveProvider>
      <a href={`#${MAIN_ID}`} className="skip-link">
        Skip to content
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 208, breakpoint: 'md', collapsed: { mobile: !menuOpened } }}
        padding="md"
      >
        <TopBar menuOpened={menuOpened} onToggleMenu={menu.toggle} />
        <Navigation />
        <AppShell.Main id={MAIN_ID} tabIndex={-1} style={{ outline: 'none' }}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <CommandPalette />
    </LiveProvider>
  );
}
