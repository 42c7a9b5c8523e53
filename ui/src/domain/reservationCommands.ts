/** The commands that a reservation of a status takes. The server refuses all others as illegal transitions. */
export type ReservationCommand = 'confirm' | 'pick' | 'pack' | 'ship' | 'release';

const COMMANDS_BY_STATUS: Record<string, ReservationCommand[]> = {
  Held: ['confirm', 'release'],
  Confirmed: ['pick', 'release'],
  Picked: ['pack', 'ship'],
  Packed: ['ship'],
};

export function commandsOf(reservation: { status: string; waits: boolean; isPicked: boolean }) {
  const { status, waits, isPicked } = reservation;
  const commands = COMMANDS_BY_STATUS[status] ?? [];
  // What has left is gone, but the part that still waits for goods can be given up.
  if (status === 'Shipped' && waits) return ['release'] satisfies ReservationCommand[];
  // What is picked must go back to its place before the rest can be given up.
  return isPicked ? commands.filter((command) => command !== 'release') : commands;
}
