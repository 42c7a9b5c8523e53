import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { Panel } from '@/components/Panel';
import { goOnAtEnter, goToFirst } from './goOnAtEnter';
import classes from './Scan.module.css';

interface LineFieldsProps {
  isEditing: boolean;
  canKeep: boolean;
  onKeep: () => void;
  children: ReactNode;
}

/** The fields of one line. Enter goes through them, and at the end the line is kept and the next one begins. */
export function LineFields({ isEditing, canKeep, onKeep, children }: LineFieldsProps) {
  const fieldsRef = useRef<HTMLDivElement>(null);
  const keep = () => {
    if (canKeep) onKeep();
    goToFirst(fieldsRef.current);
  };
  return (
    <Panel title={isEditing ? 'Change the line' : 'Next line'}>
      <div ref={fieldsRef} className={classes.fields} onKeyDown={(event) => goOnAtEnter(event, keep)}>
        {children}
        <Button
          size="lg"
          variant="light"
          px="xs"
          leftSection={<IconPlus size={18} />}
          disabled={!canKeep}
          onClick={keep}
        >
          {isEditing ? 'Keep' : 'Add line'}
        </Button>
      </div>
    </Panel>
  );
}
