import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';

export function NotFound() {
  return (
    <EmptyState
      icon={IconMapOff}
      title="There is no such page"
      hint="The address may be mistyped, or what it showed is gone."
      action={
        <Button component={Link} to="/" variant="light">
          To the overview
        </Button>
      }
    />
  );
}
