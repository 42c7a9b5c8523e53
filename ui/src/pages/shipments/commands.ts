import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isWorthRetrying } from '@/api/problem';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { noticeDone } from '@/components/notices';
import { newCommandKey } from '@/domain/ids';
import type { ShipmentCommand } from '@/domain/shipmentCommands';
import { graphqlEnum } from '@/domain/status';
import { applyShipmentChanges } from '@/live/applyShipments';

/** What the dialogs gather. Times are RFC 3339; which fields count depends on the command. */
export interface CommandInput {
  at?: string;
  newEstimate?: string;
  reason?: string;
}

interface KeyedCommand {
  command: ShipmentCommand;
  input: CommandInput;
  key: string;
}

const MAX_RETRIES = 2;
/** The read models follow within moments; the page is completed (timeline and all) after this. */
const COMPLETE_AFTER_MS = 800;

const DONE: Record<ShipmentCommand, string> = {
  depart: 'Departed',
  delay: 'Delay recorded',
  resume: 'Resumed',
  deliver: 'Delivered',
  cancel: 'Cancelled',
};

async function send(id: string, { command, input, key }: KeyedCommand) {
  const params = { path: { id }, header: { 'Idempotency-Key': key } };
  const { at, newEstimate = '', reason = '' } = input;
  switch (command) {
    case 'depart':
      return bodyOf(
        await rest.POST('/operations/shipments/{id}/depart', { params, body: { departedAt: at } }),
      );
    case 'delay':
      return bodyOf(
        await rest.POST('/operations/shipments/{id}/delay', { params, body: { reason, newEstimate } }),
      );
    case 'resume':
      return bodyOf(
        await rest.POST('/operations/shipments/{id}/resume', {
          params,
          body: { newEstimate: input.newEstimate },
        }),
      );
    case 'deliver':
      return bodyOf(
        await rest.POST('/operations/shipments/{id}/deliver', { params, body: { deliveredAt: at } }),
      );
    case 'cancel':
      return bodyOf(await rest.POST('/operations/shipments/{id}/cancel', { params, body: { reason } }));
  }
}

/** Sends commands to one shipment. A retry bears the same key, so that nothing happens twice. */
export function useShipmentCommand(id: string, onDone: () => void) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: (command: KeyedCommand) => send(id, command),
    retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
    onSuccess: (shipment, { command }) => {
      const { status, late, estimatedDelivery, actualDelivery } = shipment;
      const change = { id, status: graphqlEnum(status), late, estimatedDelivery, actualDelivery };
      applyShipmentChanges(client, new Map([[id, change]]));
      setTimeout(() => void client.invalidateQueries({ queryKey: queryKeys.shipments }), COMPLETE_AFTER_MS);
      noticeDone(DONE[command]);
      onDone();
    },
  });
  return {
    run: (command: ShipmentCommand, input: CommandInput) =>
      mutation.mutate({ command, input, key: newCommandKey() }),
    isRunning: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  };
}
