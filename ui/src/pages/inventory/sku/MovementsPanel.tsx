import { Button, Group, UnstyledButton } from '@mantine/core';
import { IconArrowRight, IconTransfer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { ROW_LINK, type Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue, TimeText } from '@/components/values';
import { formatQuantity, inWords } from '@/domain/format';
import { directionAt, placeInWords } from '@/domain/stock';
import { movementsQuery, type Movement } from '../shared/queries';
import { MovementDrawer } from './MovementDrawer';

const MOVEMENTS_SHOWN = 10;
const SIGNS = { in: '+', out: '−', within: '' };

/** A row of the ledger has no id of its own: it is a place in a page. */
interface LedgerRow {
  movement: Movement;
  place: number;
}

function columnsFor(site: string, onOpen: (movement: Movement) => void): Column<LedgerRow>[] {
  return [
    {
      key: 'what',
      header: 'What',
      render: ({ movement }) => (
        <UnstyledButton className={tableClasses.link} fz="sm" onClick={() => onOpen(movement)} {...ROW_LINK}>
          {inWords(movement.eventType)}
        </UnstyledButton>
      ),
    },
    {
      key: 'quantity',
      header: 'Quantity',
      align: 'right',
      render: ({ movement }) => (
        <span className="figures">
          {SIGNS[directionAt(site, movement)]}
          {formatQuantity(movement.quantity)}
        </span>
      ),
    },
    {
      key: 'way',
      header: 'From and to',
      render: ({ movement: { from, to } }) => (
        <span>
          <span className="quiet">{placeInWords(from)}</span>{' '}
          <IconArrowRight size={13} style={{ verticalAlign: '-2px' }} aria-label="to" /> {placeInWords(to)}
        </span>
      ),
    },
    {
      key: 'lot',
      header: 'Lot',
      render: ({ movement: { lot } }) => lot ?? <NoValue>none</NoValue>,
      hideBelow: 'md',
    },
    {
      key: 'time',
      header: 'When',
      align: 'right',
      render: ({ movement: { movedAt } }) => <TimeText at={movedAt} precision="relative" />,
    },
  ];
}

/** The rows of the ledger that tell how the stock of a SKU at a site came to be what it is. */
export function MovementsPanel({ sku, site }: { sku: string; site: string }) {
  const [trail, setTrail] = useState<string[]>([]);
  const [opened, setOpened] = useState<Movement | null>(null);
  const query = useQuery(movementsQuery({ sku, site, limit: MOVEMENTS_SHOWN, after: trail.at(-1) }));
  const next = query.data?.next;
  return (
    <Panel title={`Movements at ${site}`} flush>
      <DataTable
        label="Movements"
        columns={columnsFor(site, setOpened)}
        rows={query.data?.items.map((movement, place) => ({ movement, place }))}
        rowKey={({ place }) => String(place)}
        query={query}
        empty={<EmptyState compact icon={IconTransfer} title="Nothing has moved yet" />}
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
      <MovementDrawer movement={opened} onClose={() => setOpened(null)} />
    </Panel>
  );
}
