import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '@/app/useMe';
import { commandsOf, type ReservationCommand } from '@/domain/reservationCommands';
import { ReasonDialog } from '../shared/ReasonDialog';
import type { Reservation } from '../shared/queries';
import { useReservationCommand } from './commands';
import { ConfirmForm } from './ConfirmForm';
import { PackForm } from './PackForm';
import { PickForm } from './PickForm';
import { ShipForm } from './ShipForm';
import { waitingLines } from './waiting';

const LABELS: Record<ReservationCommand, string> = {
  confirm: 'Confirm',
  pick: 'Pick',
  pack: 'Pack',
  ship: 'Ship',
  release: 'Release',
};

export interface CommandFormProps {
  reservation: Reservation;
  command: ReturnType<typeof useReservationCommand>;
  onClose: () => void;
}

const FORMS = { confirm: ConfirmForm, pick: PickForm, pack: PackForm, ship: ShipForm };

interface DialogProps {
  open: ReservationCommand;
  reservation: Reservation;
  onClose: () => void;
}

function CommandDialog({ open, reservation, onClose }: DialogProps) {
  const command = useReservationCommand(reservation.id, onClose);
  if (open === 'release') {
    return (
      <ReasonDialog
        title="Release the reservation"
        explanation="What is promised is free for others, and what waits waits no more. This can not be taken back."
        confirm="Release"
        color="red"
        isRequired={false}
        command={command}
        onClose={onClose}
        onConfirm={(reason) => command.run({ command: 'release', reason: reason || undefined })}
      />
    );
  }
  const Form = FORMS[open];
  return (
    <Modal opened onClose={onClose} title={`${LABELS[open]} the reservation`}>
      <Form reservation={reservation} command={command} onClose={onClose} />
    </Modal>
  );
}

/** The commands that this reservation takes now, if this user may give them. */
export function ReservationActions({ reservation }: { reservation: Reservation }) {
  const mayWrite = useMay('inventory:write');
  const [open, setOpen] = useState<ReservationCommand | null>(null);
  const waits = waitingLines(reservation).length > 0;
  const commands = commandsOf({ status: reservation.status, waits });
  if (!mayWrite) return null;
  return (
    <>
      {commands.map((command, index) => (
        <Button
          key={command}
          variant={index === 0 && command !== 'release' ? 'filled' : 'default'}
          c={command === 'release' ? 'red' : undefined}
          onClick={() => setOpen(command)}
        >
          {LABELS[command]}
        </Button>
      ))}
      {open && <CommandDialog open={open} reservation={reservation} onClose={() => setOpen(null)} />}
    </>
  );
}
