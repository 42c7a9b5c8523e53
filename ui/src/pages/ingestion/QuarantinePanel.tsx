import { Button, Group, Modal, Text, UnstyledButton } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { RecordView } from '@/components/record/RecordView';
import { ROW_LINK, type Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue, TimeText } from '@/components/values';
import { quarantineQuery, type StoredRecord } from './queries';

function columnsFor(onOpen: (recordId: string) => void): Column<StoredRecord>[] {
  return [
    {
      key: 'reason',
      header: 'Reason',
      render: ({ recordId, reasons }) => (
        <UnstyledButton className={tableClasses.link} fz="sm" onClick={() => onOpen(recordId)} {...ROW_LINK}>
          {reasons?.[0]?.message ?? 'No reason was given'}
          {reasons && reasons.length > 1 && (
            <Text span size="xs" className="quiet">
              {' '}
              and {reasons.length - 1} more
            </Text>
          )}
        </UnstyledButton>
      ),
    },
    {
      key: 'field',
      header: 'Field',
      render: ({ reasons }) => reasons?.[0]?.field ?? <NoValue>the whole record</NoValue>,
      hideBelow: 'md',
    },
    { key: 'source', header: 'Came by', render: ({ source }) => source },
    {
      key: 'received',
      header: 'Received',
      align: 'right',
      render: ({ receivedAt }) => <TimeText at={receivedAt} precision="relative" />,
    },
  ];
}

/** The records that could not be taken in, each with its reasons and its original bytes. */
export function QuarantinePanel() {
  const [trail, setTrail] = useState<string[]>([]);
  const [opened, setOpened] = useState<string | null>(null);
  const query = useQuery(quarantineQuery(trail.at(-1)));
  const next = query.data?.next;
  return (
    <Panel title="Set aside" flush>
      <DataTable
        label="Records set aside"
        columns={columnsFor(setOpened)}
        rows={query.data?.items}
        rowKey={({ recordId }) => recordId}
        query={query}
        empty={
          <EmptyState
            icon={IconShieldCheck}
            title="Nothing was set aside"
            hint="Records that break a contract appear here with their reasons."
          />
        }
      />
      {(trail.length > 0 || next) && (
        <Group justify="flex-end" gap="xs" p="sm">
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={trail.length === 0}
            onClick={() => setTrail(trail.slice(0, -1))}
          >
            Newer
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={!next}
            onClick={() => next && setTrail([...trail, next])}
          >
            Older
          </Button>
        </Group>
      )}
      <Modal opened={opened !== null} onClose={() => setOpened(null)} title="Record set aside" size="lg">
        {opened && <RecordView recordId={opened} />}
      </Modal>
    </Panel>
  );
}
