import { ThemeIcon, Tooltip } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle, type Icon } from '@tabler/icons-react';
import { statusLabel, statusTone } from '@/domain/status';
import type { AlertSeverity } from '@/generated/graphql';

const ICONS: Record<AlertSeverity, Icon> = {
  INFO: IconInfoCircle,
  WARNING: IconAlertTriangle,
  CRITICAL: IconAlertOctagon,
};

/** A severity by its shape and colour, named for who can see neither. */
export function SeverityIcon({ severity, size = 26 }: { severity: AlertSeverity; size?: number }) {
  const IconShown = ICONS[severity] ?? IconAlertTriangle;
  return (
    <Tooltip label={statusLabel(severity)}>
      <ThemeIcon variant="light" color={statusTone(severity)} size={size} radius="md">
        <IconShown size={size * 0.62} stroke={1.75} aria-label={statusLabel(severity)} />
      </ThemeIcon>
    </Tooltip>
  );
}
