import { Badge, Code, Group, List, ScrollArea, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { ProblemNotice } from '@/components/ProblemNotice';
import { StatusBadge } from '@/components/badges';
import { TimeText } from '@/components/values';
import { eventInWords } from '@/domain/events';
import type { components } from '@/generated/rest';

type StoredRecord = components['schemas']['RecordResource'];

function useRecord(recordId: string) {
  return useQuery({
    queryKey: queryKeys.record(recordId),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/ingest/records/{id}', { params: { path: { id: recordId } }, signal })),
  });
}

/** JSON is laid out for reading; anything else is shown byte for byte. */
function readable(record: StoredRecord): string {
  if (record.original === undefined || record.original === null) return record.originalBase64 ?? '';
  if (!record.contentType?.includes('json')) return record.original;
  try {
    return JSON.stringify(JSON.parse(record.original), null, 2);
  } catch {
    return record.original;
  }
}

function Outcome({ record }: { record: StoredRecord }) {
  const events = record.outcome?.events ?? [];
  if (events.length === 0) return null;
  return (
    <Group gap={6}>
      <Text size="sm" className="quiet">
        Became
      </Text>
      {events.map(({ type, stream, streamVersion }) => (
        <Badge key={`${stream}/${streamVersion}`} color={eventInWords(type, {}).tone} tt="none">
          {type}
        </Badge>
      ))}
    </Group>
  );
}

/** One record as it arrived, and what became of it. */
export function RecordView({ recordId }: { recordId: string }) {
  const query = useRecord(recordId);
  const record = query.data;
  if (!record) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton height={140} radius="md" aria-label="Loading" />;
  }
  return (
    <Stack gap="sm">
      <Group gap="sm" fz="sm">
        <StatusBadge status={record.status} />
        <span className="quiet">
          by {record.source}, <TimeText at={record.receivedAt} />
        </span>
      </Group>
      {record.reasons && record.reasons.length > 0 && (
        <List size="sm" spacing={2}>
          {record.reasons.map(({ code, field, message }, index) => (
            <List.Item key={index}>
              {field && <Code mr={6}>{field}</Code>}
              {message} <Code>{code}</Code>
            </List.Item>
          ))}
        </List>
      )}
      <Outcome record={record} />
      <ScrollArea.Autosize mah={360} type="auto">
        <Code block fz="xs" aria-label="The record as it arrived">
          {readable(record)}
        </Code>
      </ScrollArea.Autosize>
      {record.originalBase64 && (
        <Text size="xs" className="quiet">
          The bytes are not text; they are shown in Base64.
        </Text>
      )}
    </Stack>
  );
}
