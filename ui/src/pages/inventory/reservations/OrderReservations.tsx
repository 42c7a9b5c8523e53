import { Group, Skeleton, Text } from '@mantine/core';
import { IconTicketOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import tableClasses from '@/components/table/DataTable.module.css';
import { TimeText } from '@/components/values';
import { formatQuantity } from '@/domain/format';
import { reservationListQuery, type Reservation } from '../shared/queries';
import { WaitingBadge } from './columns';
import classes from './OrderReservations.module.css';
import { waitingLines } from './waiting';

/** Reservations of one order: as many as sites that its goods come from. */
const MOST_SHOWN = 50;

function ReservationItem({ reservation }: { reservation: Reservation }) {
  const { id, site, status, lines, expiresAt } = reservation;
  return (
    <li className={classes.item}>
      <Group gap={6} fz="sm">
        <Link to="/reservations/$id" params={{ id }} className={tableClasses.link}>
          {site}
        </Link>
        <StatusBadge status={status} size="sm" />
        <WaitingBadge reservation={reservation} />
      </Group>
      <Text size="xs" className="quiet figures" component="div">
        {lines.map(({ sku, reserved }) => `${sku} ${formatQuantity(reserved)}`).join(' · ')}
        {expiresAt && (
          <>
            {' · held until '}
            <TimeText at={expiresAt} />
          </>
        )}
      </Text>
      {waitingLines(reservation).map(({ lineNumber, sku, backordered }) => (
        <Text key={lineNumber} size="sm" c="red" className="figures">
          Line {lineNumber}, {sku}: {formatQuantity(backordered)} backordered
        </Text>
      ))}
    </li>
  );
}

/** What is promised to an order from which site, and what of it still waits for goods. */
export function OrderReservations({ orderId }: { orderId: string }) {
  const query = useQuery(reservationListQuery({ orderId, limit: MOST_SHOWN }));
  const reservations = query.data?.items;
  return (
    <Panel title="Reserved stock" flush>
      {query.isPending && <Skeleton height={64} radius={0} />}
      {!reservations && query.error && (
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      )}
      {reservations?.length === 0 && (
        <EmptyState compact icon={IconTicketOff} title="Nothing is reserved for it" />
      )}
      {reservations && reservations.length > 0 && (
        <ul className={classes.list} aria-label="Reservations">
          {reservations.map((reservation) => (
            <ReservationItem key={reservation.id} reservation={reservation} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
