import { FormFrame } from './FormFrame';
import type { CommandFormProps } from './ReservationActions';

/** Promises for good what was held. */
export function ConfirmForm({ command, onClose }: CommandFormProps) {
  return (
    <FormFrame
      explanation="The hold has no end any more: the goods are kept for this order until they are shipped or released."
      confirm="Confirm"
      command={command}
      onClose={onClose}
      onConfirm={() => command.run({ command: 'confirm' })}
    />
  );
}
