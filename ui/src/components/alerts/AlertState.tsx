import { Badge, Loader } from '@mantine/core';
import { StatusBadge } from '@/components/badges';
import badgeClasses from '@/components/badges.module.css';
import type { AlertRowFragment } from '@/generated/graphql';
import { usePendingAlertCommand } from './commands';

const ON_ITS_WAY = { acknowledge: 'Acknowledging…', resolve: 'Resolving…' };

/** The state of an alert; while a command is on its way, that, and not yet its outcome. */
export function AlertState({ alert }: { alert: AlertRowFragment }) {
  const pending = usePendingAlertCommand(alert.id);
  if (!pending) return <StatusBadge status={alert.status} />;
  return (
    <Badge color="gray" className={badgeClasses.status} leftSection={<Loader size={10} color="gray" />}>
      {ON_ITS_WAY[pending]}
    </Badge>
  );
}
