import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue, TimeText } from '@/components/values';
import { inWords } from '@/domain/format';
import type { AssetRow } from './queries';

export function rangeInWords(range: { minimum: number; maximum: number }): string {
  return `${range.minimum} to ${range.maximum} °C`;
}

export const assetColumns: Column<AssetRow>[] = [
  {
    key: 'number',
    header: 'Asset',
    render: ({ id, assetNumber }) => (
      <Link to="/assets/$id" params={{ id }} className={tableClasses.link} {...ROW_LINK}>
        {assetNumber}
      </Link>
    ),
  },
  { key: 'status', header: 'State', render: ({ status }) => <StatusBadge status={status} />, card: 'badge' },
  { key: 'type', header: 'Type', render: ({ assetType }) => inWords(assetType) },
  {
    key: 'devices',
    header: 'Devices',
    render: ({ deviceIds }) =>
      deviceIds.length > 0 ? (
        <Text span inherit truncate display="block" maw={{ sm: 240 }} title={deviceIds.join(', ')}>
          {deviceIds.join(', ')}
        </Text>
      ) : (
        <NoValue>none</NoValue>
      ),
  },
  {
    key: 'range',
    header: 'Kept at',
    render: ({ temperatureRange }) =>
      temperatureRange ? (
        <span className="figures">{rangeInWords(temperatureRange)}</span>
      ) : (
        <NoValue>no range set</NoValue>
      ),
    hideBelow: 'md',
  },
  {
    key: 'shipment',
    header: 'On shipment',
    render: ({ shipment }) =>
      shipment ? (
        <Anchor component={Link} to="/shipments/$id" params={{ id: shipment.id } as never} fz="sm">
          {shipment.trackingNumber}
        </Anchor>
      ) : (
        <NoValue>none</NoValue>
      ),
  },
  {
    key: 'updated',
    header: 'Changed',
    align: 'right',
    render: ({ updatedAt }) => <TimeText at={updatedAt} precision="relative" />,
    hideBelow: 'lg',
    card: 'hide',
  },
];
