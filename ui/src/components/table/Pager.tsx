import { ActionIcon, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconChevronsLeft } from '@tabler/icons-react';
import { formatNumber } from '@/domain/format';
import type { usePagedSearch } from './usePagedSearch';

interface PagerProps {
  paging: Pick<ReturnType<typeof usePagedSearch>, 'page' | 'canGoBack' | 'goToNext' | 'goBack' | 'goToFirst'>;
  limit: number;
  shown: number;
  /** How many there are; null where they are too many to count. */
  total: number | null | undefined;
  next: string | null | undefined;
}

/** Where in the list one is, and the ways onward. */
export function Pager({ paging, limit, shown, total, next }: PagerProps) {
  const first = (paging.page - 1) * limit + 1;
  const range = shown === 0 ? 'none' : `${formatNumber(first)}–${formatNumber(first + shown - 1)}`;
  return (
    <Group
      component="nav"
      aria-label="Pages of the list"
      justify="space-between"
      px="md"
      py={8}
      wrap="nowrap"
    >
      <Text size="sm" className="quiet figures" aria-live="polite">
        {range}
        {total !== undefined && ` of ${total === null ? 'more than 10,000' : formatNumber(total)}`}
      </Text>
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="First page"
          disabled={paging.page === 1}
          onClick={paging.goToFirst}
        >
          <IconChevronsLeft size={18} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Previous page"
          disabled={!paging.canGoBack}
          onClick={paging.goBack}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Next page"
          disabled={!next}
          onClick={() => next && paging.goToNext(next)}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </Group>
    </Group>
  );
}
