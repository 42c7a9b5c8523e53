import { AppShell, Burger, Kbd, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { AccountMenu } from './AccountMenu';
import { BrandMark } from './BrandMark';
import { ConnectionState } from './ConnectionState';
import classes from './Shell.module.css';

interface TopBarProps {
  menuOpened: boolean;
  onToggleMenu: () => void;
}

export function TopBar({ menuOpened, onToggleMenu }: TopBarProps) {
  return (
    <AppShell.Header className={classes.header}>
      <Burger
        opened={menuOpened}
        onClick={onToggleMenu}
        hiddenFrom="md"
        size="sm"
        aria-label={menuOpened ? 'Close the menu' : 'Open the menu'}
      />
      <Link to="/" className={classes.brand}>
        <BrandMark size={26} />
        <Text span inherit visibleFrom="xs">
          IMSOP
        </Text>
        <VisuallyHidden>Overview</VisuallyHidden>
      </Link>
      <UnstyledButton className={classes.search} onClick={spotlight.open} aria-label="Search and commands">
        <IconSearch size={15} aria-hidden />
        <Text span inherit flex={1} truncate>
          Find a number or page
        </Text>
        <Kbd size="xs" visibleFrom="sm">
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <ConnectionState />
      <AccountMenu />
    </AppShell.Header>
  );
}
