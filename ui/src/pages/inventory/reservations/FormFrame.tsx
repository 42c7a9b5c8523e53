import { Button, Group, Stack, Text } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { ProblemNotice } from '@/components/ProblemNotice';

interface FormFrameProps {
  explanation: string;
  confirm: string;
  canConfirm?: boolean;
  command: { isRunning: boolean; error: unknown };
  onClose: () => void;
  onConfirm: () => void;
  children?: ReactNode;
}

/** What all dialogs of commands share: the explanation, the refusal, and the two ways out. */
export function FormFrame(props: FormFrameProps) {
  const { explanation, confirm, canConfirm = true, command, onClose, onConfirm, children } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" className="quiet">
          {explanation}
        </Text>
        {children}
        {command.error ? <ProblemNotice error={command.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" loading={command.isRunning} disabled={!canConfirm} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
