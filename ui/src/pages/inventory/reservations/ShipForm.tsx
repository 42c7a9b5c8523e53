import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormFrame } from './FormFrame';
import type { CommandFormProps } from './ReservationActions';

/** Lets the picked goods leave. */
export function ShipForm({ command, onClose }: CommandFormProps) {
  const [shipmentNumber, setShipmentNumber] = useState('');
  return (
    <FormFrame
      explanation="The goods leave the site and its books. This can not be taken back."
      confirm="Ship"
      command={command}
      onClose={onClose}
      onConfirm={() => command.run({ command: 'ship', shipmentNumber: shipmentNumber.trim() || undefined })}
    >
      <TextInput
        label="Shipment number"
        description="Where a shipment carries it already"
        size="md"
        autoComplete="off"
        data-autofocus
        value={shipmentNumber}
        onChange={(event) => setShipmentNumber(event.currentTarget.value)}
      />
    </FormFrame>
  );
}
