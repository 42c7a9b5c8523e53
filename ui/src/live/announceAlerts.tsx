import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { AlertRowFragment } from '@/generated/graphql';

/** One message for a burst: a wall of identical notices hides what matters. */
const NOTICE_ID = 'critical-alerts';
const SHOWN_FOR_MS = 8_000;

/** Tells the user of new critical alerts on whatever page is open. */
export function announceAlerts(alerts: AlertRowFragment[]): void {
  const critical = alerts.filter((alert) => alert.severity === 'CRITICAL' && alert.status === 'RAISED');
  const [first] = critical;
  if (!first) return;
  const more = critical.length - 1;
  const notice = {
    id: NOTICE_ID,
    title: first.title,
    message: more > 0 ? `${first.detail} And ${more} more critical.` : first.detail,
    color: 'red',
    icon: <IconAlertTriangle size={18} />,
    autoClose: SHOWN_FOR_MS,
  };
  notifications.hide(NOTICE_ID);
  notifications.show(notice);
}
