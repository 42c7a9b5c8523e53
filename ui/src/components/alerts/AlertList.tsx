import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { TimeText } from '@/components/values';
import type { AlertRowFragment } from '@/generated/graphql';
import { AlertActions } from './AlertActions';
import classes from './AlertList.module.css';
import { AlertState } from './AlertState';
import { SeverityIcon } from './SeverityIcon';

/** Alerts beside something else: few words, the details one click away. */
export function AlertList({ alerts }: { alerts: AlertRowFragment[] }) {
  return (
    <ul className={classes.list} aria-label="Alerts">
      {alerts.map((alert) => (
        <li key={alert.id} className={classes.item} data-alert={alert.id}>
          <SeverityIcon severity={alert.severity} />
          <div className={classes.text}>
            <Group gap="xs" justify="space-between" wrap="nowrap">
              <Link to="/alerts" search={{ alert: alert.id }} className={classes.title}>
                {alert.title}
              </Link>
              <Text size="xs" className="quiet" component="span" style={{ whiteSpace: 'nowrap' }}>
                <TimeText at={alert.raisedAt} precision="relative" />
              </Text>
            </Group>
            <Text size="xs" className="quiet" lineClamp={1}>
              {alert.detail}
            </Text>
            <Group gap={4} mt={4} justify="space-between" mih={26}>
              <AlertState alert={alert} />
              <AlertActions alert={alert} compact />
            </Group>
          </div>
        </li>
      ))}
    </ul>
  );
}
