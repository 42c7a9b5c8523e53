import { Anchor, Grid, Group, SegmentedControl, Text } from '@mantine/core';
import { IconAntennaBarsOff, IconBellCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { AlertList } from '@/components/alerts/AlertList';
import { BackLink } from '@/components/BackLink';
import { StatusBadge } from '@/components/badges';
import { TemperatureChart } from '@/components/charts/TemperatureChart';
import { DetailState } from '@/components/DetailState';
import { EmptyState } from '@/components/EmptyState';
import { EventTimeline } from '@/components/EventTimeline';
import { Facts, type Fact } from '@/components/Facts';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { NoValue, TimeText } from '@/components/values';
import { inWords } from '@/domain/format';
import { rangeInWords } from './columns';
import { assetQuery, deviceTelemetryQuery, type Asset } from './queries';

const route = getRouteApi('/protected/assets/$id');

function factsOf(asset: Asset): Fact[] {
  return [
    { label: 'Type', value: inWords(asset.assetType) },
    {
      label: 'Kept at',
      value: asset.temperatureRange ? rangeInWords(asset.temperatureRange) : <NoValue>no range set</NoValue>,
    },
    {
      label: 'On shipment',
      value: asset.shipment ? (
        <Anchor component={Link} to="/shipments/$id" params={{ id: asset.shipment.id } as never} inherit>
          {asset.shipment.trackingNumber}
        </Anchor>
      ) : (
        <NoValue>none</NoValue>
      ),
    },
    { label: 'Registered', value: <TimeText at={asset.createdAt} /> },
    { label: 'Changed', value: <TimeText at={asset.updatedAt} precision="relative" /> },
  ];
}

function DeviceTemperatures({ deviceId, range }: { deviceId: string; range: Asset['temperatureRange'] }) {
  const query = useQuery(deviceTelemetryQuery(deviceId, 'temperature'));
  if (query.error && !query.data) {
    return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <TemperatureChart readings={query.data?.telemetry ?? []} range={range} height={280} />;
}

function DevicesPanel({ asset }: { asset: Asset }) {
  const [chosen, setChosen] = useState(asset.deviceIds[0]);
  if (!chosen) {
    return (
      <Panel title="Temperature">
        <EmptyState compact icon={IconAntennaBarsOff} title="No device is on this asset" />
      </Panel>
    );
  }
  return (
    <Panel
      title="Temperature"
      aside={
        asset.deviceIds.length > 1 ? (
          <SegmentedControl
            size="xs"
            data={asset.deviceIds}
            value={chosen}
            onChange={setChosen}
            aria-label="Device"
          />
        ) : (
          <Text size="xs" className="quiet">
            {chosen}
          </Text>
        )
      }
    >
      <DeviceTemperatures deviceId={chosen} range={asset.temperatureRange} />
    </Panel>
  );
}

function AssetDetails({ asset }: { asset: Asset }) {
  return (
    <>
      <BackLink to="/assets" label="Assets" />
      <PageHeader
        title={asset.assetNumber}
        badges={<StatusBadge status={asset.status} />}
        hint={asset.description ?? undefined}
      />
      <Facts facts={factsOf(asset)} />
      <Grid gutter="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Group gap="md" align="stretch" style={{ flexDirection: 'column' }}>
            <DevicesPanel asset={asset} />
            <Panel title="Alerts" flush>
              {asset.alerts.length > 0 ? (
                <AlertList alerts={asset.alerts} />
              ) : (
                <EmptyState compact icon={IconBellCheck} title="No alert was raised for it" />
              )}
            </Panel>
          </Group>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Panel title="What happened">
            <EventTimeline events={asset.events} />
          </Panel>
        </Grid.Col>
      </Grid>
    </>
  );
}

export function AssetPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const query = useQuery(assetQuery(id));
  return (
    <DetailState
      query={query}
      thing={query.data?.asset}
      kind="asset"
      onLeave={() => void navigate({ to: '/assets' })}
    >
      {(asset) => <AssetDetails asset={asset} />}
    </DetailState>
  );
}
