import { Anchor, Group, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { AlertActions } from '@/components/alerts/AlertActions';
import { AlertState } from '@/components/alerts/AlertState';
import { SeverityIcon } from '@/components/alerts/SeverityIcon';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue, TimeText } from '@/components/values';
import type { AlertRowFragment } from '@/generated/graphql';

export function alertColumns(onOpen: (alertId: string) => void): Column<AlertRowFragment>[] {
  return [
    {
      key: 'title',
      header: 'Alert',
      render: (alert) => (
        <Group gap="sm" wrap="nowrap">
          <SeverityIcon severity={alert.severity} />
          <UnstyledButton
            className={tableClasses.link}
            onClick={() => onOpen(alert.id)}
            {...ROW_LINK}
            fz="sm"
          >
            {alert.title}
          </UnstyledButton>
        </Group>
      ),
    },
    { key: 'state', header: 'State', render: (alert) => <AlertState alert={alert} />, card: 'badge' },
    {
      key: 'detail',
      header: 'What was seen',
      render: ({ detail }) => (
        <Text span inherit truncate display="block" maw={{ sm: 320 }} title={detail}>
          {detail}
        </Text>
      ),
      hideBelow: 'lg',
      card: 'hide',
    },
    {
      key: 'subject',
      header: 'Concerns',
      render: ({ shipmentId, shipmentNumber, deviceId }) =>
        shipmentId ? (
          <Anchor component={Link} to="/shipments/$id" params={{ id: shipmentId } as never} fz="sm">
            {shipmentNumber ?? 'a shipment'}
          </Anchor>
        ) : (
          (deviceId ?? <NoValue>nothing named</NoValue>)
        ),
    },
    {
      key: 'raised',
      header: 'Raised',
      align: 'right',
      render: ({ raisedAt }) => <TimeText at={raisedAt} precision="relative" />,
    },
    {
      key: 'actions',
      header: '',
      align: 'right',
      width: 190,
      render: (alert) => <AlertActions alert={alert} compact />,
    },
  ];
}
