import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import type { Stock } from '../shared/queries';
import { DayText, Quantity, StockBadges } from '../shared/values';

export const stockColumns: Column<Stock>[] = [
  {
    key: 'sku',
    header: 'SKU',
    render: ({ sku, site }) => (
      <Link to="/stock/sku" search={{ sku, site }} className={tableClasses.link} {...ROW_LINK}>
        {sku}
      </Link>
    ),
  },
  { key: 'site', header: 'Site', render: ({ site }) => site },
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
  {
    key: 'expected',
    header: 'Expected',
    align: 'right',
    render: ({ expected }) => <Quantity of={expected} />,
    hideBelow: 'lg',
    card: 'hide',
  },
  {
    key: 'expiry',
    header: 'Next expiry',
    align: 'right',
    render: ({ nextExpiry }) => <DayText day={nextExpiry} absent="never" />,
    hideBelow: 'lg',
    card: 'hide',
  },
];
