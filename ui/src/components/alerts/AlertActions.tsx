import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconEye } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useMay } from '@/app/useMe';
import type { AlertRowFragment } from '@/generated/graphql';
import { useAlertCommand, usePendingAlertCommand, type AlertCommand } from './commands';

const MAX_TEXT = 500;

interface TextDialogProps {
  opened: boolean;
  title: string;
  field: string;
  confirm: string;
  required?: boolean;
  onClose: () => void;
  onConfirm: (text: string) => void;
}

function TextDialog({ opened, title, field, confirm, required, onClose, onConfirm }: TextDialogProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(text.trim());
    setText('');
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={field}
            required={required}
            maxLength={MAX_TEXT}
            autosize
            minRows={3}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={required && text.trim() === ''}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface AlertActionsProps {
  alert: AlertRowFragment;
  /** Acknowledges at once, where the row has no room for a note. */
  compact?: boolean;
}

/** What can be done about an alert now, if this user may. */
export function AlertActions({ alert, compact = false }: AlertActionsProps) {
  const mayManage = useMay('alerts:manage');
  const send = useAlertCommand();
  const pending = usePendingAlertCommand(alert.id);
  const [acknowledging, acknowledgeDialog] = useDisclosure(false);
  const [resolving, resolveDialog] = useDisclosure(false);
  if (!mayManage || alert.status === 'RESOLVED') return null;

  const run = (command: AlertCommand) => send(command);
  const size = compact ? 'compact-sm' : 'sm';
  return (
    <Group gap={6} wrap="nowrap">
      {alert.status === 'RAISED' && (
        <Button
          size={size}
          variant={compact ? 'subtle' : 'default'}
          leftSection={compact ? undefined : <IconEye size={16} />}
          disabled={pending !== undefined}
          onClick={() => (compact ? run({ kind: 'acknowledge', alert }) : acknowledgeDialog.open())}
        >
          Acknowledge
        </Button>
      )}
      <Button
        size={size}
        variant={compact ? 'subtle' : 'filled'}
        leftSection={compact ? undefined : <IconCheck size={16} />}
        disabled={pending !== undefined}
        onClick={resolveDialog.open}
      >
        Resolve
      </Button>
      <TextDialog
        opened={acknowledging}
        title="Acknowledge the alert"
        field="Note for colleagues"
        confirm="Acknowledge"
        onClose={acknowledgeDialog.close}
        onConfirm={(note) => run({ kind: 'acknowledge', alert, note: note || undefined })}
      />
      <TextDialog
        opened={resolving}
        title="Resolve the alert"
        field="How was it resolved?"
        confirm="Resolve"
        required
        onClose={resolveDialog.close}
        onConfirm={(resolution) => run({ kind: 'resolve', alert, resolution })}
      />
    </Group>
  );
}
