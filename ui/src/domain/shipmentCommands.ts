/** The commands that a shipment of a status takes. The server refuses all others as illegal transitions. */
export type ShipmentCommand = 'depart' | 'delay' | 'resume' | 'deliver' | 'cancel';

const COMMANDS_BY_STATUS: Record<string, ShipmentCommand[]> = {
  CREATED: ['depart', 'delay', 'cancel'],
  IN_TRANSIT: ['deliver', 'delay', 'cancel'],
  OUT_FOR_DELIVERY: ['deliver', 'delay', 'cancel'],
  DELAYED: ['resume', 'deliver', 'cancel'],
};

export function commandsFor(shipment: { status: string; hasDeparted: boolean }): ShipmentCommand[] {
  const commands = COMMANDS_BY_STATUS[shipment.status] ?? [];
  if (shipment.status === 'DELAYED' && !shipment.hasDeparted) return ['resume', 'depart', 'cancel'];
  return commands;
}
