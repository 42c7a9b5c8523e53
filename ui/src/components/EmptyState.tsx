import { Stack, Text, ThemeIcon } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: Icon;
  title: string;
  hint?: string;
  action?: ReactNode;
  compact?: boolean;
}

/** Says calmly that there is nothing here, and what one could do about it. */
export function EmptyState({ icon: IconShown, title, hint, action, compact = false }: EmptyStateProps) {
  return (
    <Stack
      align="center"
      justify="center"
      gap={compact ? 6 : 'xs'}
      py={compact ? 'lg' : 56}
      px="md"
      ta="center"
    >
      <ThemeIcon variant="light" color="gray" size={compact ? 36 : 52} radius="xl" aria-hidden>
        <IconShown size={compact ? 18 : 26} stroke={1.5} />
      </ThemeIcon>
      <Text fw={600} size={compact ? 'sm' : 'md'}>
        {title}
      </Text>
      {hint && (
        <Text size="sm" className="quiet" maw={420}>
          {hint}
        </Text>
      )}
      {action}
    </Stack>
  );
}
