/** The commands that a reservation of a status takes. The server refuses all others as illegal transitions. */
export type ReservationCommand = 'confirm' | 'pick' | 'pack' | 'ship' | 'release';

const COMMANDS_BY_STATUS: Record<string, ReservationCommand[]> = {
  Held: ['confirm', 'release'],
  Confirmed: ['pick', 'release'],
  Picked: ['pack', 'ship', 'release'],
  Packed: ['ship', 'release'],
};

export function commandsOf({ status, waits }: { status: string; waits: boolean }): ReservationCommand[] {
  // What has left is gone, but the part that still waits for goods can be given up.
  if (status === 'Shipped' && waits) return ['release'];
  return COMMANDS_BY_STATUS[status] ?? [];
}
