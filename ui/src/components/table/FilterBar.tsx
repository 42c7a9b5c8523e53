import { ActionIcon, Group, Kbd, Select, TextInput, Tooltip, type ComboboxData } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconCalendar, IconFilterOff, IconSearch } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';

const TYPING_PAUSE_MS = 250;

interface TextFilterProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  width?: number;
  /** The field that the `/` key goes to. There is one on a page. */
  isPageSearch?: boolean;
}

/** A text to filter by, applied when the typing pauses. */
export function TextFilter({
  label,
  value = '',
  onChange,
  width = 140,
  isPageSearch = false,
}: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  // The address can change by other means: the back button, or clearing all filters.
  useEffect(() => setTyped(value), [value]);
  const apply = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), TYPING_PAUSE_MS);
  return (
    <TextInput
      size="sm"
      w={{ base: '100%', xs: width }}
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
      leftSection={isPageSearch ? <IconSearch size={15} aria-hidden /> : undefined}
      rightSection={isPageSearch ? <Kbd size="xs">/</Kbd> : undefined}
      data-page-search={isPageSearch || undefined}
    />
  );
}

interface ChoiceFilterProps {
  label: string;
  choices: ComboboxData;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function ChoiceFilter({ label, choices, value, onChange }: ChoiceFilterProps) {
  return (
    <Select
      size="sm"
      w={{ base: 'calc(50% - 4px)', xs: 150 }}
      aria-label={label}
      placeholder={label}
      data={choices}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      clearable
    />
  );
}

interface DaysFilterProps {
  label: string;
  from: string | undefined;
  to: string | undefined;
  onChange: (days: { from?: string; to?: string }) => void;
}

export function DaysFilter({ label, from, to, onChange }: DaysFilterProps) {
  const [days, setDays] = useState<[string | null, string | null]>([from ?? null, to ?? null]);
  useEffect(() => setDays([from ?? null, to ?? null]), [from, to]);
  return (
    <DatePickerInput
      type="range"
      size="sm"
      w={{ base: '100%', xs: 220 }}
      aria-label={label}
      placeholder={label}
      valueFormat="D MMM YYYY"
      leftSection={<IconCalendar size={15} aria-hidden />}
      allowSingleDateInRange
      clearable
      value={days}
      onChange={([first, last]) => {
        setDays([first, last]);
        // Between the two clicks the range is half chosen.
        if ((first === null) === (last === null))
          onChange({ from: first ?? undefined, to: last ?? undefined });
      }}
    />
  );
}

interface FilterBarProps {
  children: ReactNode;
  isFiltered: boolean;
  onClear: () => void;
}

export function FilterBar({ children, isFiltered, onClear }: FilterBarProps) {
  return (
    <Group gap={8} px="md" py="sm" role="search" aria-label="Filters">
      {children}
      {isFiltered && (
        <Tooltip label="Clear all filters">
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label="Clear all filters"
            onClick={onClear}
          >
            <IconFilterOff size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
