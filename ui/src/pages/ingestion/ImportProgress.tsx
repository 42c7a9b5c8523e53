import { Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProblemError, type Problem } from '@/api/problem';
import { Facts, type Fact } from '@/components/Facts';
import { formatMoney, formatNumber } from '@/domain/format';
import { fileImportQuery, isOver, type FileImport } from './queries';

const STATE_WORDS: Record<FileImport['state'], string> = {
  Receiving: 'Receiving the file',
  Applying: 'Applying the rows',
  Completed: 'Completed',
  Failed: 'Failed',
};

function count(value: number | null | undefined): string {
  return value === undefined || value === null ? '–' : formatNumber(value);
}

function factsOf(run: FileImport): Fact[] {
  const facts: Fact[] = [
    { label: 'Rows read', value: count(run.rowsRead) },
    { label: 'Accepted', value: count(run.rowsAccepted) },
    { label: 'New', value: count(run.rowsNew) },
    { label: 'Set aside', value: count(run.rowsQuarantined) },
    { label: 'Orders', value: count(run.orders) },
    { label: 'Shipments', value: count(run.shipments) },
  ];
  if (run.state !== 'Completed') return facts;
  facts.push(
    { label: 'Late lines', value: count(run.lateLines) },
    { label: 'Orders in several shipments', value: count(run.ordersWithSeveralShipments) },
  );
  if (run.totalValue) facts.push({ label: 'Total value', value: formatMoney(run.totalValue) });
  return facts;
}

/** How far an import has come, and at its end the report. */
export function ImportProgress({ importId }: { importId: string }) {
  const query = useQuery(fileImportQuery(importId));
  const run = query.data;
  if (!run) {
    return query.error ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null;
  }
  const done = (run.rowsAccepted ?? 0) + (run.rowsQuarantined ?? 0);
  const share = run.rowsRead ? (done / run.rowsRead) * 100 : 0;
  const color = run.state === 'Failed' ? 'red' : 'teal';
  return (
    <Stack gap="xs" aria-live="polite">
      <Text size="sm" fw={600}>
        {run.fileName}: {STATE_WORDS[run.state]}
      </Text>
      <Progress
        value={isOver(run) ? 100 : share}
        color={isOver(run) ? color : undefined}
        animated={!isOver(run)}
        aria-label={`${run.fileName}: ${STATE_WORDS[run.state]}`}
      />
      {run.problem ? <ProblemNotice error={new ProblemError(run.problem as Problem)} /> : null}
      <Facts facts={factsOf(run)} />
    </Stack>
  );
}
