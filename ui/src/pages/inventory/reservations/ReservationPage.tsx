import { Alert, Grid, List, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { BackLink } from '@/components/BackLink';
import { StatusBadge } from '@/components/badges';
import { DetailState } from '@/components/DetailState';
import { Facts, type Fact } from '@/components/Facts';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { ShortageList } from '@/components/ProblemNotice';
import { NoValue, TimeText } from '@/components/values';
import { formatQuantity } from '@/domain/format';
import { reservationQuery, type Reservation } from '../shared/queries';
import { OrderLink, useOrderName } from '../shared/values';
import { ReservationActions } from './ReservationActions';
import { ReservationLines } from './ReservationLines';
import { waitingLines } from './waiting';

const route = getRouteApi('/protected/reservations/$id');

const POLICY_WORDS = { allOrNothing: 'All or nothing', partial: 'As much as there is' };

function factsOf(reservation: Reservation): Fact[] {
  const { orderId, site, policy, createdAt, updatedAt, expiresAt, reason } = reservation;
  const facts: Fact[] = [
    { label: 'Order', value: <OrderLink orderId={orderId} /> },
    { label: 'Site', value: site || <NoValue>none</NoValue> },
    { label: 'Policy', value: POLICY_WORDS[policy] },
    { label: 'Promised', value: <TimeText at={createdAt} /> },
    { label: 'Held until', value: expiresAt ? <TimeText at={expiresAt} /> : <NoValue>no end</NoValue> },
    { label: 'Last changed', value: <TimeText at={updatedAt} precision="relative" /> },
  ];
  if (reason) facts.push({ label: 'Reason', value: reason });
  return facts;
}

/** What the reservation waits for, told before everything else. */
function WaitingNotice({ reservation }: { reservation: Reservation }) {
  const waiting = waitingLines(reservation);
  if (waiting.length === 0) return null;
  return (
    <Alert color="red" icon={<IconUsersGroup size={18} />} title="It waits for goods to come" mb="md">
      <List size="sm">
        {waiting.map(({ lineNumber, sku, backordered, requested }) => (
          <List.Item key={lineNumber} className="figures">
            {sku}: {formatQuantity(backordered)} of {formatQuantity(requested)}
          </List.Item>
        ))}
      </List>
      <Text size="sm" className="quiet" mt={4}>
        Goods that are received or released go to those who waited longest.
      </Text>
    </Alert>
  );
}

/** Lines of an order that nothing can be promised to, and why. */
function RefusalNotice({ refusals }: { refusals: Reservation['refusals'] }) {
  if (!refusals || refusals.length === 0) return null;
  return (
    <Alert color="red" title="Nothing can be promised to some lines" mb="md">
      <List size="sm">
        {refusals.map(({ lineNumber, sku, detail }) => (
          <List.Item key={lineNumber}>
            Line {lineNumber}, {sku}: {detail}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Packages({ packages }: { packages: Reservation['packages'] }) {
  if (!packages || packages.length === 0) return null;
  return (
    <Grid.Col span={12}>
      <Panel title="Packages">
        <List size="sm">
          {packages.map(({ number, description }) => (
            <List.Item key={number}>
              {number}
              {description && <span className="quiet"> · {description}</span>}
            </List.Item>
          ))}
        </List>
      </Panel>
    </Grid.Col>
  );
}

function ReservationDetails({ reservation }: { reservation: Reservation }) {
  const { name } = useOrderName(reservation.orderId);
  const { shortages = [] } = reservation;
  return (
    <>
      <BackLink to="/reservations" label="Reservations" />
      <PageHeader
        title={`Reservation of ${name}`}
        badges={<StatusBadge status={reservation.status} />}
        actions={<ReservationActions reservation={reservation} />}
      />
      <WaitingNotice reservation={reservation} />
      {shortages.length > 0 && (
        <Alert color="red" title="There was not enough stock" mb="md">
          <ShortageList shortages={shortages} />
        </Alert>
      )}
      <RefusalNotice refusals={reservation.refusals} />
      <Facts facts={factsOf(reservation)} />
      <Grid gutter="md">
        <Grid.Col span={12}>
          <Panel title="Lines" flush>
            <ReservationLines reservation={reservation} />
          </Panel>
        </Grid.Col>
        <Packages packages={reservation.packages} />
      </Grid>
    </>
  );
}

export function ReservationPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const query = useQuery(reservationQuery(id));
  return (
    <DetailState
      query={query}
      thing={query.data}
      kind="reservation"
      onLeave={() => void navigate({ to: '/reservations' })}
    >
      {(reservation) => <ReservationDetails reservation={reservation} />}
    </DetailState>
  );
}
