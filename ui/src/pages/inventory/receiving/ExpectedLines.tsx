import { Button, Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { formatDay, formatQuantity } from '@/domain/format';
import { expectedReceiptQuery } from '../shared/queries';
import type { ReceivedLine } from './command';

const TYPING_PAUSE_MS = 300;

interface ExpectedLinesProps {
  reference: string;
  onChoose: (line: Partial<ReceivedLine>) => void;
}

/** What the document says will come, each line to be taken over into the fields with one touch. */
export function ExpectedLines({ reference, onChoose }: ExpectedLinesProps) {
  const [settled] = useDebouncedValue(reference.trim(), TYPING_PAUSE_MS);
  const { data: expected } = useQuery({ ...expectedReceiptQuery(settled), enabled: settled !== '' });
  if (!expected) return null;
  return (
    <div role="status">
      <Text size="sm" className="quiet" mt="sm" mb={4}>
        Announced for {expected.site}, due {formatDay(expected.due)}
        {expected.supplier && `, by ${expected.supplier}`}:
      </Text>
      <Group gap="xs">
        {expected.lines.map(({ sku, quantity }) => (
          <Button
            key={sku}
            size="md"
            variant="default"
            onClick={() => onChoose({ sku, value: quantity.value, unit: quantity.unit })}
          >
            {sku} · {formatQuantity(quantity)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
