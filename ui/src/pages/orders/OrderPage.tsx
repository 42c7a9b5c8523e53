import { Grid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { BackLink } from '@/components/BackLink';
import { StatusBadge } from '@/components/badges';
import { DetailState } from '@/components/DetailState';
import { EventTimeline } from '@/components/EventTimeline';
import { Facts, type Fact } from '@/components/Facts';
import { OriginalRecord } from '@/components/record/OriginalRecord';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { CapturedTime, NoValue, TimeText } from '@/components/values';
import { useMay } from '@/app/useMe';
import { formatMoney, formatPlace } from '@/domain/format';
import { OrderReservations } from '@/pages/inventory/reservations/OrderReservations';
import { OrderLines } from './OrderLines';
import { orderQuery, type Order } from './queries';

const route = getRouteApi('/protected/orders/$id');

function factsOf(order: Order): Fact[] {
  return [
    { label: 'Value', value: formatMoney(order.totalAmount) },
    { label: 'Ordered', value: <CapturedTime value={order.orderDate} /> },
    { label: 'Shipped', value: <CapturedTime value={order.shipDate} absent="not yet" /> },
    {
      label: 'Delivered',
      value: order.deliveryDate ? <TimeText at={order.deliveryDate} /> : <NoValue>not yet</NoValue>,
    },
    { label: 'Ship to', value: formatPlace(order.shippingAddress) },
  ];
}

const COLUMN = { display: 'flex', flexDirection: 'column', gap: 'var(--page-gap)' } as const;

function OrderDetails({ order }: { order: Order }) {
  const maySeeStock = useMay('inventory:read');
  return (
    <>
      <BackLink to="/orders" label="Orders" />
      <PageHeader
        title={order.orderNumber}
        badges={<StatusBadge status={order.status} />}
        hint={order.customer.name}
      />
      <Facts facts={factsOf(order)} />
      <Grid gutter="md">
        <Grid.Col span={{ base: 12, lg: 8 }} style={COLUMN}>
          <Panel title="Lines" flush>
            <OrderLines lines={order.lines} />
          </Panel>
          {maySeeStock && <OrderReservations orderId={order.id} />}
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Panel title="What happened">
            <EventTimeline events={order.events} />
          </Panel>
        </Grid.Col>
        {order.source && (
          <Grid.Col span={12}>
            <OriginalRecord source={order.source} />
          </Grid.Col>
        )}
      </Grid>
    </>
  );
}

export function OrderPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const query = useQuery(orderQuery(id));
  return (
    <DetailState
      query={query}
      thing={query.data?.order}
      kind="order"
      onLeave={() => void navigate({ to: '/orders' })}
    >
      {(order) => <OrderDetails order={order} />}
    </DetailState>
  );
}
