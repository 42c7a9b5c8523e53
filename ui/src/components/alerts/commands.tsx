import { useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { bodyOf, rest } from '@/api/rest';
import { noticeProblem } from '@/components/notices';
import { newCommandKey } from '@/domain/ids';
import { isWorthRetrying } from '@/api/problem';
import type { AlertRowFragment, AlertStatus } from '@/generated/graphql';
import { applyAlertChanges } from '@/live/applyAlerts';

export type AlertCommand =
  | { kind: 'acknowledge'; alert: AlertRowFragment; note?: string }
  | { kind: 'resolve'; alert: AlertRowFragment; resolution: string };

/** The key is made once for what the user meant, so that a retry can not do it twice. */
type KeyedCommand = AlertCommand & { key: string };

const MUTATION_KEY = ['alert-command'];
const MAX_RETRIES = 2;
const STATUS_AFTER: Record<AlertCommand['kind'], AlertStatus> = {
  acknowledge: 'ACKNOWLEDGED',
  resolve: 'RESOLVED',
};

async function send(command: KeyedCommand): Promise<{ version: number }> {
  const params = { path: { id: command.alert.id }, header: { 'Idempotency-Key': command.key } };
  if (command.kind === 'acknowledge') {
    const body = command.note ? { note: command.note } : {};
    return bodyOf(await rest.POST('/operations/alerts/{id}/acknowledge', { params, body }));
  }
  const body = { resolution: command.resolution };
  return bodyOf(await rest.POST('/operations/alerts/{id}/resolve', { params, body }));
}

/** What is known of the alert once the server has confirmed the command; the live message brings the rest. */
function confirmed(command: KeyedCommand, version: number): AlertRowFragment {
  const status = STATUS_AFTER[command.kind];
  const now = new Date().toISOString();
  if (command.kind === 'acknowledge') {
    return { ...command.alert, status, version, acknowledgedAt: now, note: command.note ?? null };
  }
  return { ...command.alert, status, version, resolvedAt: now, resolution: command.resolution };
}

/** Sends acknowledgements and resolutions. The state shown changes when the server has confirmed, not before. */
export function useAlertCommand() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: MUTATION_KEY,
    mutationFn: send,
    retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
    onSuccess: ({ version }, command) => {
      const alert = confirmed(command, version);
      applyAlertChanges(client, new Map([[alert.id, alert]]));
    },
    onError: noticeProblem,
  });
  return (command: AlertCommand) => mutation.mutate({ ...command, key: newCommandKey() });
}

/** The command that is on its way for an alert, so that the page can say so at once. */
export function usePendingAlertCommand(alertId: string): AlertCommand['kind'] | undefined {
  const pending = useMutationState({
    filters: { mutationKey: MUTATION_KEY, status: 'pending' },
    select: ({ state }) => state.variables as KeyedCommand | undefined,
  });
  return pending.find((command) => command?.alert.id === alertId)?.kind;
}
