import { Badge, Group, Skeleton, Text } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { TimeText } from '@/components/values';
import { formatNumber } from '@/domain/format';
import classes from './Ingestion.module.css';
import { ingestStatusQuery, type FileImport } from './queries';

function toneOf({ state }: FileImport): string {
  if (state === 'Completed') return 'teal';
  return state === 'Failed' ? 'red' : 'blue';
}

function ImportRow({ run }: { run: FileImport }) {
  return (
    <li className={classes.importRow}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" fw={600} truncate title={run.fileName}>
          {run.fileName}
        </Text>
        <Badge color={toneOf(run)} tt="none">
          {run.state}
        </Badge>
      </Group>
      <Text size="xs" className="quiet figures" component="div">
        {run.adapter} · {formatNumber(run.rowsRead ?? 0)} rows, {formatNumber(run.rowsQuarantined ?? 0)} set
        aside
        {run.startedAt && (
          <>
            {' · '}
            <TimeText at={run.startedAt} precision="relative" />
          </>
        )}
      </Text>
    </li>
  );
}

/** The imports that the server remembers, the newest first. */
export function ImportsPanel() {
  const { data } = useQuery(ingestStatusQuery);
  const imports = data?.imports ?? [];
  return (
    <Panel title="Recent imports" flush>
      {!data && <Skeleton height={80} radius={0} />}
      {data && imports.length === 0 && (
        <EmptyState compact icon={IconFileOff} title="No file was imported yet" />
      )}
      {imports.length > 0 && (
        <ul className={classes.list} aria-label="Recent imports">
          {imports.map((run) => (
            <ImportRow key={run.importId} run={run} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
