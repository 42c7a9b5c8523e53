import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { isDecimal, isZero } from '@/domain/decimal';
import { unitSymbol } from '@/domain/format';
import { totalOf } from '@/domain/stock';
import type { Reservation } from '../shared/queries';
import { FormFrame } from './FormFrame';
import type { CommandFormProps } from './ReservationActions';

/** What is promised of each line and not picked yet. */
function leftToPick({ lines }: Reservation) {
  return lines
    .map(({ lineNumber, sku, allocations }) => ({
      lineNumber,
      sku,
      quantity: totalOf(allocations.map(({ quantity }) => quantity)),
    }))
    .filter(({ quantity }) => !isZero(quantity.value));
}

/** Takes promised goods from their places: all of them, unless less is said. */
export function PickForm({ reservation, command, onClose }: CommandFormProps) {
  const open = leftToPick(reservation);
  const [picked, setPicked] = useState<Record<string, string>>({});
  const valueOf = ({ lineNumber, quantity }: (typeof open)[number]) =>
    (picked[lineNumber] ?? quantity.value).trim();
  const submit = () => {
    const lines = open.map((line) => ({
      lineNumber: line.lineNumber,
      quantity: { value: valueOf(line), unit: line.quantity.unit },
    }));
    // A line of which nothing is picked is left out: its goods stay promised.
    command.run({ command: 'pick', lines: lines.filter(({ quantity }) => !isZero(quantity.value)) });
  };
  const values = open.map(valueOf);
  return (
    <FormFrame
      explanation="The goods are taken from where they lie, in the order in which they were promised."
      confirm="Pick"
      canConfirm={values.every(isDecimal) && values.some((value) => !isZero(value))}
      command={command}
      onClose={onClose}
      onConfirm={submit}
    >
      {open.map((line) => (
        <TextInput
          key={line.lineNumber}
          size="md"
          label={`Line ${line.lineNumber}, ${line.sku}`}
          inputMode="decimal"
          autoComplete="off"
          value={picked[line.lineNumber] ?? line.quantity.value}
          onChange={(event) => setPicked({ ...picked, [line.lineNumber]: event.currentTarget.value })}
          rightSection={<span className="quiet">{unitSymbol(line.quantity.unit)}</span>}
          rightSectionWidth={56}
        />
      ))}
    </FormFrame>
  );
}
