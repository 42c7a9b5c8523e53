import { Badge } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import badgeClasses from '@/components/badges.module.css';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue, TimeText } from '@/components/values';
import { formatNumber } from '@/domain/format';
import type { Reservation } from '../shared/queries';
import { OrderName } from '../shared/values';
import { waitingLines } from './waiting';

/** Says that a part of a reservation waits for goods to come. */
export function WaitingBadge({ reservation }: { reservation: Reservation }) {
  const waiting = waitingLines(reservation).length;
  if (waiting === 0) return null;
  return (
    <Badge color="red" className={badgeClasses.status} leftSection={<IconUsersGroup size={12} aria-hidden />}>
      {waiting === 1 ? '1 line waits' : `${waiting} lines wait`}
    </Badge>
  );
}

export const reservationColumns: Column<Reservation>[] = [
  {
    key: 'order',
    header: 'Order',
    render: ({ id, orderId }) => (
      <Link to="/reservations/$id" params={{ id }} className={tableClasses.link} {...ROW_LINK}>
        <OrderName orderId={orderId} />
      </Link>
    ),
  },
  { key: 'status', header: 'State', render: ({ status }) => <StatusBadge status={status} />, card: 'badge' },
  {
    key: 'waits',
    header: '',
    render: (reservation) => <WaitingBadge reservation={reservation} />,
    card: 'badge',
  },
  { key: 'site', header: 'Site', render: ({ site }) => site },
  {
    key: 'lines',
    header: 'Lines',
    align: 'right',
    render: ({ lines }) => <span className="figures">{formatNumber(lines.length)}</span>,
  },
  {
    key: 'expires',
    header: 'Held until',
    align: 'right',
    render: ({ expiresAt }) => (expiresAt ? <TimeText at={expiresAt} /> : <NoValue>no end</NoValue>),
    hideBelow: 'md',
  },
  {
    key: 'created',
    header: 'Promised',
    align: 'right',
    render: ({ createdAt }) => <TimeText at={createdAt} precision="relative" />,
  },
];
