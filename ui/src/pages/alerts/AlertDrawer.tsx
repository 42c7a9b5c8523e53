import { Anchor, Drawer, Group, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AlertActions } from '@/components/alerts/AlertActions';
import { AlertState } from '@/components/alerts/AlertState';
import { SeverityIcon } from '@/components/alerts/SeverityIcon';
import { Facts, type Fact } from '@/components/Facts';
import { ProblemNotice } from '@/components/ProblemNotice';
import { CapturedText, NoValue, TimeText } from '@/components/values';
import { formatNumber, formatShare, inWords, signalUnit } from '@/domain/format';
import type { AlertRowFragment } from '@/generated/graphql';
import { alertQuery } from './queries';

function measured(value: number | null, signal: string): ReactNode {
  const unit = signalUnit(signal);
  return (
    <CapturedText value={value}>
      {(known: number) => `${formatNumber(Math.round(known * 10) / 10)} ${unit}`.trim()}
    </CapturedText>
  );
}

function factsOf(alert: AlertRowFragment): Fact[] {
  const facts: Fact[] = [{ label: 'Raised', value: <TimeText at={alert.raisedAt} /> }];
  if (alert.signal) {
    facts.push(
      { label: `${inWords(alert.signal)} seen`, value: measured(alert.observedValue, alert.signal) },
      { label: 'Usual', value: measured(alert.expectedValue, alert.signal) },
    );
  }
  if (alert.score !== null) facts.push({ label: 'Anomaly score', value: formatShare(alert.score) });
  return facts;
}

function Subjects({ alert }: { alert: AlertRowFragment }) {
  const { shipmentId, shipmentNumber, assetId, deviceId } = alert;
  return (
    <Stack gap={4} fz="sm">
      <Group gap={6}>
        <span className="quiet">Shipment</span>
        {shipmentId ? (
          <Anchor component={Link} to="/shipments/$id" params={{ id: shipmentId } as never} fz="sm">
            {shipmentNumber ?? 'Open the shipment'}
          </Anchor>
        ) : (
          <NoValue>none</NoValue>
        )}
      </Group>
      <Group gap={6}>
        <span className="quiet">Asset</span>
        {assetId ? (
          <Anchor component={Link} to="/assets/$id" params={{ id: assetId } as never} fz="sm">
            Open the asset
          </Anchor>
        ) : (
          <NoValue>none</NoValue>
        )}
      </Group>
      <Group gap={6}>
        <span className="quiet">Device</span>
        {deviceId ?? <NoValue>none</NoValue>}
      </Group>
    </Stack>
  );
}

function Handling({ alert }: { alert: AlertRowFragment }) {
  return (
    <Stack gap={6} fz="sm">
      {alert.acknowledgedAt && (
        <div>
          Acknowledged <TimeText at={alert.acknowledgedAt} />
          {alert.note && (
            <Text size="sm" className="quiet">
              {alert.note}
            </Text>
          )}
        </div>
      )}
      {alert.resolvedAt && (
        <div>
          Resolved <TimeText at={alert.resolvedAt} />
          {alert.resolution && (
            <Text size="sm" className="quiet">
              {alert.resolution}
            </Text>
          )}
        </div>
      )}
    </Stack>
  );
}

function AlertDetails({ alert }: { alert: AlertRowFragment }) {
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <SeverityIcon severity={alert.severity} size={34} />
        <div>
          <Text fw={600}>{alert.title}</Text>
          <Text size="sm" className="quiet">
            {alert.detail}
          </Text>
        </div>
      </Group>
      <Group justify="space-between">
        <AlertState alert={alert} />
        <AlertActions alert={alert} />
      </Group>
      <Facts facts={factsOf(alert)} />
      {alert.factors.length > 0 && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            Why it was raised
          </Text>
          <List size="sm" spacing={4}>
            {alert.factors.map((factor) => (
              <List.Item key={factor}>{factor}</List.Item>
            ))}
          </List>
        </div>
      )}
      <Subjects alert={alert} />
      <Handling alert={alert} />
    </Stack>
  );
}

interface AlertDrawerProps {
  alertId: string | undefined;
  /** The alert as the list shows it, which live changes keep current. */
  listed: AlertRowFragment | undefined;
  onClose: () => void;
}

export function AlertDrawer({ alertId, listed, onClose }: AlertDrawerProps) {
  const query = useQuery({ ...alertQuery(alertId ?? ''), enabled: alertId !== undefined && !listed });
  const alert = listed ?? query.data?.alert;
  return (
    <Drawer opened={alertId !== undefined} onClose={onClose} position="right" title="Alert" size={460}>
      {alert && <AlertDetails alert={alert} />}
      {!alert && query.error && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {!alert && query.isLoading && <Skeleton height={240} radius="md" />}
      {!alert && query.data?.alert === null && <NoValue>There is no such alert.</NoValue>}
    </Drawer>
  );
}
