import { useSessionStorage } from '@mantine/hooks';
import { useState } from 'react';

/** The fields of a line as they were typed or scanned. */
export type Draft = Record<string, string>;

/**
 * The lines of a receipt or count, and the one that is being filled in. The lines outlive a reload: a
 * handheld that ran out of power must not cost a pallet's worth of scanning.
 */
export function useScannedLines<Line extends Draft>(name: string, empty: Line) {
  const [lines, setLines] = useSessionStorage<Line[]>({ key: `imsop.lines.${name}`, defaultValue: [] });
  const [draft, setDraft] = useState(empty);
  const [editing, setEditing] = useState<number | null>(null);
  const start = () => {
    setDraft(empty);
    setEditing(null);
  };
  /** All lines with the one that is being filled in, completed by what its fields left to be assumed. */
  const withDraft = (assumed: Partial<Line>) => {
    const whole = { ...draft, ...assumed };
    return editing === null
      ? [...lines, whole]
      : lines.map((line, place) => (place === editing ? whole : line));
  };
  return {
    lines,
    draft,
    editing,
    withDraft,
    change: (part: Partial<Line>) => setDraft((before) => ({ ...before, ...part })),
    keep: (assumed: Partial<Line>) => {
      setLines(withDraft(assumed));
      start();
    },
    edit: (place: number) => {
      setDraft(lines[place] ?? empty);
      setEditing(place);
    },
    remove: (place: number) => {
      setLines(lines.filter((_line, other) => other !== place));
      start();
    },
    clear: () => {
      setLines([]);
      start();
    },
  };
}
