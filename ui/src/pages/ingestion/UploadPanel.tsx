import { Button, FileButton, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { IconFileTypeCsv, IconUpload } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatShare } from '@/domain/format';
import { ImportProgress } from './ImportProgress';
import classes from './Ingestion.module.css';
import { useUpload } from './useUpload';

const ADAPTERS = [{ value: 'scms', label: 'SCMS delivery history (scms)' }];

function DropZone({ onFile, disabled }: { onFile: (file: File) => void; disabled: boolean }) {
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !disabled) onFile(file);
  };
  return (
    <div
      className={classes.dropZone}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <IconFileTypeCsv size={30} stroke={1.4} aria-hidden />
      <Text size="sm" className="quiet">
        Drop a CSV file here, or
      </Text>
      <FileButton onChange={(file) => file && onFile(file)} accept=".csv,text/csv" disabled={disabled}>
        {(props) => (
          <Button {...props} size="sm" variant="light" leftSection={<IconUpload size={16} />}>
            Choose a file
          </Button>
        )}
      </FileButton>
    </div>
  );
}

/** Imports a partner's file, and shows how far it has come. */
export function UploadPanel() {
  const [adapter, setAdapter] = useState<string>(ADAPTERS[0]?.value ?? '');
  const { send, isSending, sentShare, fileName, importId, error } = useUpload();
  return (
    <Panel title="Import a file" className={classes.stacked}>
      <Stack gap="sm">
        <Select
          label="Format"
          data={ADAPTERS}
          value={adapter}
          onChange={(value) => value && setAdapter(value)}
          allowDeselect={false}
        />
        <DropZone disabled={isSending} onFile={(file) => send({ file, adapter })} />
        {isSending && (
          <div role="status">
            <Group justify="space-between" fz="sm" mb={4}>
              <span>Sending {fileName}</span>
              <span className="figures quiet">{formatShare(sentShare)}</span>
            </Group>
            <Progress value={sentShare * 100} aria-label={`Sending ${fileName}`} />
          </div>
        )}
        {error && <ProblemNotice error={error} />}
        {importId && <ImportProgress importId={importId} />}
      </Stack>
    </Panel>
  );
}
