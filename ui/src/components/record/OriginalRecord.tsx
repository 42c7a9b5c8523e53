import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileText } from '@tabler/icons-react';
import { useMay } from '@/app/useMe';
import { Panel } from '@/components/Panel';
import { RecordView } from './RecordView';

interface OriginalRecordProps {
  source: { system: string; record: string };
}

/** The way back from a thing to the bytes it was made from. */
export function OriginalRecord({ source }: OriginalRecordProps) {
  const mayRead = useMay('ingest:read');
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <Panel
      title="Original record"
      aside={
        mayRead && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconFileText size={15} />}
            aria-expanded={opened}
            onClick={toggle}
          >
            {opened ? 'Hide' : 'Show what arrived'}
          </Button>
        )
      }
    >
      <Group gap="xs" fz="sm" mb={opened ? 'sm' : 0}>
        <Text span inherit className="quiet">
          From
        </Text>
        {source.system}
        <Text span inherit className="quiet">
          record
        </Text>
        <code>{source.record}</code>
      </Group>
      {opened && <RecordView recordId={`${source.system}:${source.record}`} />}
    </Panel>
  );
}
