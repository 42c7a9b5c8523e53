import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { useCommand } from '@/api/useCommand';
import { noticeDone } from '@/components/notices';
import type { ReservationCommand } from '@/domain/reservationCommands';
import type { components } from '@/generated/rest';
import type { Reservation } from '../shared/queries';

/** What the dialogs gather; which fields count depends on the command. */
export type ReservationInput =
  | { command: 'confirm' }
  | { command: 'release'; reason?: string }
  | { command: 'pick'; lines: components['schemas']['PickLine'][] }
  | { command: 'pack'; packages: components['schemas']['Package'][] }
  | { command: 'ship'; shipmentNumber?: string };

const DONE: Record<ReservationCommand, string> = {
  confirm: 'Confirmed',
  release: 'Released',
  pick: 'Picked',
  pack: 'Packed',
  ship: 'Shipped',
};

type Header = { 'Idempotency-Key': string };

async function send(id: string, input: ReservationInput, header: Header): Promise<Reservation> {
  const params = { path: { id }, header };
  switch (input.command) {
    case 'confirm':
      return bodyOf(await rest.POST('/inventory/reservations/{id}/confirm', { params, body: {} }));
    case 'release': {
      const body = { reason: input.reason };
      return bodyOf(await rest.POST('/inventory/reservations/{id}/release', { params, body }));
    }
    case 'pick': {
      const body = { reservationId: id, lines: input.lines };
      return bodyOf(await rest.POST('/inventory/picks', { params: { header }, body }));
    }
    case 'pack': {
      const body = { reservationId: id, packages: input.packages };
      return bodyOf(await rest.POST('/inventory/packs', { params: { header }, body }));
    }
    case 'ship': {
      const body = { reservationId: id, shipmentNumber: input.shipmentNumber };
      return bodyOf(await rest.POST('/inventory/shipments', { params: { header }, body }));
    }
  }
}

/** Sends commands to one reservation. */
export function useReservationCommand(id: string, onDone: () => void) {
  return useCommand({
    send: (input: ReservationInput, header) => send(id, input, header),
    outdates: queryKeys.inventory,
    onDone: (_reservation, { command }) => {
      noticeDone(DONE[command]);
      onDone();
    },
  });
}
