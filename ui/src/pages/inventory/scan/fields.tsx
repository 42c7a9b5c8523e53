import { NativeSelect, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { unitSymbol } from '@/domain/format';
import { itemQuery } from '../shared/queries';
import { SCANNED } from './goOnAtEnter';
import classes from './Scan.module.css';

const LARGE = { size: 'lg', classNames: { label: classes.label, input: classes.input } } as const;

/** A code that is typed by hand is looked up when the typing pauses, not letter by letter. */
const TYPING_PAUSE_MS = 250;
/** The unit of goods that nobody has described yet. */
const USUAL_UNIT = 'EA';

interface ScanFieldProps extends Omit<TextInputProps, 'onChange' | 'value'> {
  label: string;
  value: string;
  onText: (text: string) => void;
}

/** A field for codes: large enough for a gloved thumb, and without a keyboard that corrects what was scanned. */
export function ScanField({ onText, ...props }: ScanFieldProps) {
  return (
    <TextInput
      {...LARGE}
      autoComplete="off"
      autoCapitalize="characters"
      autoCorrect="off"
      spellCheck={false}
      enterKeyHint="next"
      {...SCANNED}
      {...props}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}

/** What is known of the item while its line is filled in. */
export function useItem(sku: string) {
  const [settled] = useDebouncedValue(sku.trim(), TYPING_PAUSE_MS);
  return useQuery({ ...itemQuery(settled), enabled: settled !== '' }).data;
}

/** The unit that a line is in: the chosen one, the item's own, or the usual one. */
export function useUnit(sku: string, chosen: string): string {
  const item = useItem(sku);
  return chosen || item?.unit || USUAL_UNIT;
}

interface UnitFieldProps {
  sku: string;
  value: string;
  onText: (text: string) => void;
}

/** One of the item's own units where it is known. Scanning goes past it: it is right most of the time. */
export function UnitField({ sku, value, onText }: UnitFieldProps) {
  const item = useItem(sku);
  const unit = useUnit(sku, value);
  if (!item) {
    return (
      <TextInput
        label="Unit"
        {...LARGE}
        autoComplete="off"
        value={value}
        placeholder={USUAL_UNIT}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    );
  }
  const units = [item.unit, ...item.packs.map((pack) => pack.unit)];
  return (
    <NativeSelect
      label="Unit"
      {...LARGE}
      value={unit}
      data={units.map((code) => ({ value: code, label: unitSymbol(code) }))}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}

/** How much: with the keyboard of digits, and checked by the server to the last decimal. */
export function QuantityField(props: ScanFieldProps) {
  return <ScanField inputMode="decimal" autoCapitalize="off" {...props} />;
}
