import { Link } from '@tanstack/react-router';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import type { Stock } from '../shared/queries';
import { figureColumns } from '../shared/figureColumns';
import { DayText, Quantity } from '../shared/values';

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
  ...figureColumns,
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
