import { Button, Text } from '@mantine/core';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Scan.module.css';

interface SendBarProps {
  label: string;
  /** How many lines would be sent now. */
  count: number;
  /** Why it cannot be sent yet, if it cannot. */
  obstacle: string | undefined;
  command: { isRunning: boolean; error: unknown };
}

/** Sends all lines. What the server refuses is told right above the button that was pressed. */
export function SendBar({ label, count, obstacle, command }: SendBarProps) {
  return (
    <div className={classes.send}>
      {command.error ? (
        <div className={classes.refusal}>
          <ProblemNotice error={command.error} />
        </div>
      ) : null}
      <Button type="submit" size="lg" fullWidth loading={command.isRunning} disabled={obstacle !== undefined}>
        {label}
        {count > 0 && ` (${count === 1 ? '1 line' : `${count} lines`})`}
      </Button>
      {obstacle && (
        <Text size="xs" className="quiet" ta="center">
          {obstacle}
        </Text>
      )}
    </div>
  );
}
