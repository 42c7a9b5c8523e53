import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { FormFrame } from './FormFrame';
import type { CommandFormProps } from './ReservationActions';

/** Says into which packages the picked goods went. */
export function PackForm({ command, onClose }: CommandFormProps) {
  const [text, setText] = useState('');
  const numbers = text.split(/[\s,;]+/).filter(Boolean);
  return (
    <FormFrame
      explanation="Scan or type the numbers of the packages, one a line."
      confirm="Pack"
      canConfirm={numbers.length > 0}
      command={command}
      onClose={onClose}
      onConfirm={() => command.run({ command: 'pack', packages: numbers.map((number) => ({ number })) })}
    >
      <Textarea
        label="Packages"
        size="md"
        required
        autosize
        minRows={3}
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormFrame>
  );
}
