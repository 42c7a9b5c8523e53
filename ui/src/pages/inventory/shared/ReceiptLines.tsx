import { Group, Stack, Text } from '@mantine/core';
import { StatusBadge } from '@/components/badges';
import { formatQuantity } from '@/domain/format';
import type { Receipt } from './queries';

/** What has come, line by line, and how it compares with what its document had said. */
export function ReceiptLines({ receipt: { reference, lines = [] } }: { receipt: Receipt }) {
  return (
    <Stack gap="xs">
      <Text size="sm" className="quiet">
        {reference ? `Received by ${reference}` : 'Received without a document'}
      </Text>
      {lines.map(({ lineNumber, sku, quantity, expected, outcome }) => (
        <Group key={lineNumber} justify="space-between" gap="xs" fz="sm" wrap="nowrap">
          <span style={{ overflowWrap: 'anywhere' }}>
            <b>{sku}</b> · <span className="figures">{formatQuantity(quantity)}</span>
            {expected && <span className="quiet"> of {formatQuantity(expected)}</span>}
          </span>
          <StatusBadge status={outcome} size="sm" />
        </Group>
      ))}
    </Stack>
  );
}
