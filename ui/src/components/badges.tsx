import { Badge } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { statusLabel, statusTone } from '@/domain/status';
import classes from './badges.module.css';

/** A state, told by its words; the colour only helps to find it. */
export function StatusBadge({ status, size = 'md' }: { status: string; size?: 'sm' | 'md' | 'lg' }) {
  return (
    <Badge
      color={statusTone(status)}
      size={size}
      className={classes.status}
      leftSection={<span className={classes.dot} aria-hidden />}
    >
      {statusLabel(status)}
    </Badge>
  );
}

export function LateBadge({ size = 'md' }: { size?: 'sm' | 'md' | 'lg' }) {
  return (
    <Badge
      color="red"
      variant="outline"
      size={size}
      className={classes.status}
      leftSection={<IconClockExclamation size={12} aria-hidden />}
    >
      Late
    </Badge>
  );
}
