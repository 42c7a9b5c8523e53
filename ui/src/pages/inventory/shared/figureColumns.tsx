import { Group } from '@mantine/core';
import type { Column } from '@/components/table/columns';
import type { Stock } from './queries';
import { Quantity, StockBadges } from './values';

/** How a stock stands, in every table of stock. */
export const figureColumns: Column<Stock>[] = [
  {
    key: 'state',
    header: '',
    render: (stock) => (
      <Group gap={4} wrap="nowrap">
        <StockBadges stock={stock} />
      </Group>
    ),
    card: 'badge',
  },
  { key: 'onHand', header: 'On hand', align: 'right', render: ({ onHand }) => <Quantity of={onHand} /> },
  {
    key: 'reserved',
    header: 'Reserved',
    align: 'right',
    render: ({ reserved }) => <Quantity of={reserved} />,
  },
  {
    key: 'available',
    header: 'Available',
    align: 'right',
    render: ({ available }) => (
      <strong>
        <Quantity of={available} />
      </strong>
    ),
  },
  {
    key: 'backordered',
    header: 'Backordered',
    align: 'right',
    render: ({ backordered }) => <Quantity of={backordered} tone="red" />,
  },
];
