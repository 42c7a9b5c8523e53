import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CapturedText, NoValue, TimeText } from '@/components/values';
import { LateBadge, StatusBadge } from '@/components/badges';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import { formatPlace, inWords } from '@/domain/format';
import type { ShipmentRowFragment } from '@/generated/graphql';

function ShipmentLink({ id, trackingNumber }: ShipmentRowFragment) {
  return (
    <Link to="/shipments/$id" params={{ id }} className={tableClasses.link} {...ROW_LINK}>
      {trackingNumber}
    </Link>
  );
}

export const shipmentColumns: Column<ShipmentRowFragment>[] = [
  { key: 'number', header: 'Shipment', render: (shipment) => <ShipmentLink {...shipment} /> },
  {
    key: 'status',
    header: 'State',
    render: ({ status, late }) => (
      <Group gap={6} wrap="nowrap">
        <StatusBadge status={status} />
        {late && <LateBadge />}
      </Group>
    ),
    card: 'badge',
  },
  {
    key: 'origin',
    header: 'From',
    render: ({ origin }) => <Place place={origin} />,
    hideBelow: 'md',
  },
  { key: 'destination', header: 'To', render: ({ destination }) => <Place place={destination} /> },
  {
    key: 'carrier',
    header: 'Carrier',
    render: ({ carrier }) => (
      <CapturedText value={carrier}>
        {(known: string) => (
          <Text span inherit truncate display="block" maw={{ sm: 180 }} title={known}>
            {known}
          </Text>
        )}
      </CapturedText>
    ),
  },
  {
    key: 'mode',
    header: 'Mode',
    render: ({ mode }) => <CapturedText value={mode}>{(known: string) => inWords(known)}</CapturedText>,
    hideBelow: 'xl',
    card: 'hide',
  },
  {
    key: 'promised',
    header: 'Promised',
    align: 'right',
    render: ({ promisedDelivery }) => <TimeText at={promisedDelivery} precision="day" />,
  },
  {
    key: 'expected',
    header: 'Expected',
    align: 'right',
    render: ({ estimatedDelivery }) => <TimeText at={estimatedDelivery} precision="day" />,
    hideBelow: 'lg',
    card: 'hide',
  },
  {
    key: 'delivered',
    header: 'Delivered',
    align: 'right',
    render: ({ actualDelivery }) =>
      actualDelivery ? <TimeText at={actualDelivery} precision="day" /> : <NoValue>not yet</NoValue>,
  },
];

interface PlaceProps {
  place: { name?: string | null; city?: string | null; country: string } | null;
}

function Place({ place }: PlaceProps) {
  if (!place) return <NoValue>not captured</NoValue>;
  const shown = formatPlace(place);
  return (
    <Text span inherit truncate display="block" maw={{ sm: 200 }} title={shown}>
      {shown}
    </Text>
  );
}
