import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import { TimeText } from '@/components/values';
import { isZero } from '@/domain/decimal';
import { formatNumber } from '@/domain/format';
import type { Count } from '../shared/queries';

/** The first thing that was counted names the count, for it has no number. */
function nameOf({ lines }: Count): string {
  const [first, ...others] = lines;
  const name = first?.sku ?? 'no line';
  return others.length > 0 ? `${name} and ${others.length} more` : name;
}

export const countColumns: Column<Count>[] = [
  {
    key: 'what',
    header: 'Counted',
    render: (count) => (
      <Link to="/counts/$id" params={{ id: count.id }} className={tableClasses.link} {...ROW_LINK}>
        {nameOf(count)}
      </Link>
    ),
  },
  {
    key: 'approval',
    header: 'Approval',
    render: ({ approval }) => <StatusBadge status={approval} />,
    card: 'badge',
  },
  { key: 'site', header: 'Site', render: ({ site }) => site },
  {
    key: 'differs',
    header: 'Lines that differ',
    align: 'right',
    render: ({ lines }) => (
      <span className="figures">
        {formatNumber(lines.filter(({ variance }) => !isZero(variance)).length)} of{' '}
        {formatNumber(lines.length)}
      </span>
    ),
  },
  {
    key: 'time',
    header: 'When',
    align: 'right',
    render: ({ createdAt }) => <TimeText at={createdAt} precision="relative" />,
  },
];
