import { ActionIcon, Group, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { Panel } from '@/components/Panel';
import { faultsOfLine } from './lines';
import classes from './Scan.module.css';

interface LineListProps<Line> {
  lines: Line[];
  /** The place of the line that is being changed. */
  editing: number | null;
  /** The refusal of the last try, which may tell of single lines. */
  error: unknown;
  title: (line: Line) => string;
  detail: (line: Line) => string;
  onEdit: (place: number) => void;
  onRemove: (place: number) => void;
}

/** The lines so far, each to be changed or taken out, with what the server did not like about it. */
export function LineList<Line>(props: LineListProps<Line>) {
  const { lines, editing, error, title, detail, onEdit, onRemove } = props;
  if (lines.length === 0) return null;
  return (
    <Panel title={lines.length === 1 ? '1 line' : `${lines.length} lines`} flush>
      <ol className={classes.lines} aria-label="Lines so far">
        {lines.map((line, place) => (
          <li key={place} data-editing={place === editing || undefined}>
            <div className={classes.what}>
              <Text fw={600}>{title(line)}</Text>
              <Text size="sm" className="quiet">
                {detail(line)}
              </Text>
              {faultsOfLine(error, place).map(({ message }) => (
                <Text key={message} size="sm" c="red" role="alert">
                  {message}
                </Text>
              ))}
            </div>
            <Group gap={4} wrap="nowrap">
              <ActionIcon
                size={44}
                variant="subtle"
                color="gray"
                aria-label={`Change line ${place + 1}`}
                onClick={() => onEdit(place)}
              >
                <IconPencil size={20} />
              </ActionIcon>
              <ActionIcon
                size={44}
                variant="subtle"
                color="red"
                aria-label={`Take out line ${place + 1}`}
                onClick={() => onRemove(place)}
              >
                <IconTrash size={20} />
              </ActionIcon>
            </Group>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
