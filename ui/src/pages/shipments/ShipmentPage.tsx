import { Alert, Grid, Text } from '@mantine/core';
import { IconClockPause } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { AlertList } from '@/components/alerts/AlertList';
import { BackLink } from '@/components/BackLink';
import { LateBadge, StatusBadge } from '@/components/badges';
import { TemperatureChart } from '@/components/charts/TemperatureChart';
import { DetailState } from '@/components/DetailState';
import { EventTimeline } from '@/components/EventTimeline';
import { Facts } from '@/components/Facts';
import { OriginalRecord } from '@/components/record/OriginalRecord';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { TimeText } from '@/components/values';
import { formatPlace } from '@/domain/format';
import { useWatchedShipment } from '@/live/LiveProvider';
import { factsOf } from './facts';
import { shipmentQuery, type Shipment } from './queries';
import { RoutePanel } from './RoutePanel';
import { ShipmentActions } from './ShipmentActions';
import { ShipmentLines } from './ShipmentLines';

const route = getRouteApi('/protected/shipments/$id');

function DelayNotice({ shipment }: { shipment: Shipment }) {
  if (!shipment.delay || shipment.status !== 'DELAYED') return null;
  return (
    <Alert color="orange" icon={<IconClockPause size={18} />} title={shipment.delay.reason} mb="md">
      <Text size="sm">
        Delayed since <TimeText at={shipment.delay.since} />, now expected{' '}
        <TimeText at={shipment.estimatedDelivery} />.
      </Text>
    </Alert>
  );
}

function MainColumn({ shipment }: { shipment: Shipment }) {
  return (
    <>
      <RoutePanel shipment={shipment} />
      <Panel title="Temperature">
        <TemperatureChart readings={shipment.temperatures} range={shipment.temperatureRange} />
      </Panel>
      <Panel title="Lines" flush>
        <ShipmentLines lines={shipment.lines} />
      </Panel>
    </>
  );
}

function SideColumn({ shipment }: { shipment: Shipment }) {
  return (
    <>
      {shipment.alerts.length > 0 && (
        <Panel title="Alerts" flush>
          <AlertList alerts={shipment.alerts} />
        </Panel>
      )}
      <Panel title="What happened">
        <EventTimeline events={shipment.events} />
      </Panel>
    </>
  );
}

/** From where to where, and by whom; what the source left out is named as left out. */
function wayInWords({ origin, destination, carrier }: Shipment): string {
  const way = `${origin ? `${formatPlace(origin)} to` : 'Origin not captured, to'} ${formatPlace(destination)}`;
  return `${way}${carrier ? `, by ${carrier}` : ', carrier not captured'}`;
}

const COLUMN = { display: 'flex', flexDirection: 'column', gap: 'var(--page-gap)' } as const;

function ShipmentDetails({ shipment }: { shipment: Shipment }) {
  return (
    <>
      <BackLink to="/shipments" label="Shipments" />
      <PageHeader
        title={shipment.trackingNumber}
        badges={
          <>
            <StatusBadge status={shipment.status} />
            {shipment.late && <LateBadge />}
          </>
        }
        hint={wayInWords(shipment)}
        actions={<ShipmentActions shipment={shipment} />}
      />
      <DelayNotice shipment={shipment} />
      <Facts facts={factsOf(shipment)} />
      <Grid gutter="md">
        <Grid.Col span={{ base: 12, lg: 8 }} style={COLUMN}>
          <MainColumn shipment={shipment} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }} style={COLUMN}>
          <SideColumn shipment={shipment} />
        </Grid.Col>
        {shipment.source && (
          <Grid.Col span={12}>
            <OriginalRecord source={shipment.source} />
          </Grid.Col>
        )}
      </Grid>
    </>
  );
}

export function ShipmentPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const query = useQuery(shipmentQuery(id));
  const shipment = query.data?.shipment;
  useWatchedShipment(shipment?.id);
  return (
    <DetailState
      query={query}
      thing={shipment}
      kind="shipment"
      onLeave={() => void navigate({ to: '/shipments' })}
    >
      {(known) => <ShipmentDetails shipment={known} />}
    </DetailState>
  );
}
