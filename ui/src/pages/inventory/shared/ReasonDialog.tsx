import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ProblemNotice } from '@/components/ProblemNotice';

/** The longest reason that the server takes. */
const MAX_REASON = 1_000;

interface ReasonDialogProps {
  title: string;
  explanation: string;
  confirm: string;
  color?: string;
  isRequired: boolean;
  command: { isRunning: boolean; error: unknown };
  onClose: () => void;
  onConfirm: (reason: string) => void;
}

/** Asks why, and stays open until the server has agreed. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, explanation, confirm, color, isRequired, command, onClose, onConfirm } = props;
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(reason.trim());
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" className="quiet">
            {explanation}
          </Text>
          <Textarea
            label="Reason"
            required={isRequired}
            maxLength={MAX_REASON}
            autosize
            minRows={2}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {command.error ? <ProblemNotice error={command.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button
              type="submit"
              color={color}
              loading={command.isRunning}
              disabled={isRequired && !reason.trim()}
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
