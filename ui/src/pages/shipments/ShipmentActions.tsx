import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useState, type FormEvent } from 'react';
import { useMay } from '@/app/useMe';
import { ProblemNotice } from '@/components/ProblemNotice';
import { knownValue } from '@/domain/captured';
import { fromPicker, toPicker } from '@/domain/pickerTime';
import { commandsFor, type ShipmentCommand } from '@/domain/shipmentCommands';
import { useShipmentCommand, type CommandInput } from './commands';
import type { Shipment } from './queries';

interface CommandForm {
  label: string;
  title: string;
  explanation: string;
  time?: { label: string; field: 'at' | 'newEstimate'; start: 'now' | 'estimate' };
  reason?: string;
  color?: string;
}

const MAX_REASON = 500;

const FORMS: Record<ShipmentCommand, CommandForm> = {
  depart: {
    label: 'Depart',
    title: 'The shipment departed',
    explanation: 'It is on its way from now on.',
    time: { label: 'Departed at (UTC)', field: 'at', start: 'now' },
  },
  delay: {
    label: 'Delay',
    title: 'The shipment is delayed',
    explanation: 'Everyone who follows it sees the reason and the new estimate.',
    time: { label: 'Now expected at (UTC)', field: 'newEstimate', start: 'estimate' },
    reason: 'Reason',
  },
  resume: {
    label: 'Resume',
    title: 'The shipment goes on',
    explanation: 'The delay is over.',
    time: { label: 'Now expected at (UTC)', field: 'newEstimate', start: 'estimate' },
  },
  deliver: {
    label: 'Deliver',
    title: 'The shipment was delivered',
    explanation: 'This can not be taken back.',
    time: { label: 'Delivered at (UTC)', field: 'at', start: 'now' },
  },
  cancel: {
    label: 'Cancel',
    title: 'Cancel the shipment',
    explanation: 'Its part of the orders is free for another shipment. This can not be taken back.',
    reason: 'Reason',
    color: 'red',
  },
};

interface CommandDialogProps {
  command: ShipmentCommand;
  shipment: Shipment;
  onClose: () => void;
}

function CommandDialog({ command, shipment, onClose }: CommandDialogProps) {
  const form = FORMS[command];
  const { run, isRunning, error } = useShipmentCommand(shipment.id, onClose);
  const start = form.time?.start === 'estimate' ? shipment.estimatedDelivery : new Date().toISOString();
  const [time, setTime] = useState<string | null>(toPicker(start));
  const [reason, setReason] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input: CommandInput = { reason: reason.trim() || undefined };
    if (form.time && time) input[form.time.field] = fromPicker(time);
    run(command, input);
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" className="quiet">
          {form.explanation}
        </Text>
        {form.time && (
          <DateTimePicker
            label={form.time.label}
            value={time}
            onChange={setTime}
            valueFormat="D MMM YYYY, HH:mm"
            popoverProps={{ withinPortal: true }}
            required
          />
        )}
        {form.reason && (
          <Textarea
            label={form.reason}
            required
            maxLength={MAX_REASON}
            autosize
            minRows={2}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {error && <ProblemNotice error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button
            type="submit"
            color={form.color}
            loading={isRunning}
            disabled={Boolean(form.reason) && !reason.trim()}
          >
            {form.label} {shipment.trackingNumber}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The commands that this shipment takes now, if this user may give them. */
export function ShipmentActions({ shipment }: { shipment: Shipment }) {
  const mayWrite = useMay('operations:write');
  const [open, setOpen] = useState<ShipmentCommand | null>(null);
  const hasDeparted = knownValue(shipment.departedAt) !== undefined;
  const commands = commandsFor({ status: shipment.status, hasDeparted });
  if (!mayWrite || commands.length === 0) return null;
  const close = () => setOpen(null);
  return (
    <>
      {commands.map((command, index) => (
        <Button
          key={command}
          size="sm"
          variant={index === 0 ? 'filled' : 'default'}
          c={FORMS[command].color}
          onClick={() => setOpen(command)}
        >
          {FORMS[command].label}
        </Button>
      ))}
      <Modal opened={open !== null} onClose={close} title={open ? FORMS[open].title : ''}>
        {open && <CommandDialog command={open} shipment={shipment} onClose={close} />}
      </Modal>
    </>
  );
}
