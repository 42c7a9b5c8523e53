import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: string;
  hint?: ReactNode;
  badges?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, hint, badges, actions }: PageHeaderProps) {
  useDocumentTitle(`${title} · IMSOP`);
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={2}>
        <Group gap="xs">
          <Title order={1}>{title}</Title>
          {badges}
        </Group>
        {hint && (
          <Text size="sm" className="quiet" component="div">
            {hint}
          </Text>
        )}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
