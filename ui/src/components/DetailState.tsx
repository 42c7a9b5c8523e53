import { Button, Grid, Skeleton } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from './EmptyState';
import { ProblemNotice } from './ProblemNotice';

interface DetailStateProps<Thing> {
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  /** The thing, null when the server knows none, undefined while it is not known. */
  thing: Thing | null | undefined;
  kind: string;
  onLeave: () => void;
  children: (thing: Thing) => ReactNode;
}

function LoadingDetail() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton height={28} width={280} mb="xs" />
      <Skeleton height={16} width={380} maw="100%" mb="lg" />
      <Skeleton height={62} radius="lg" mb="md" />
      <Grid gutter="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Skeleton height={320} radius="lg" mb="md" />
          <Skeleton height={240} radius="lg" />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Skeleton height={420} radius="lg" />
        </Grid.Col>
      </Grid>
    </div>
  );
}

/** The page of one thing, in every state that is not the thing itself. */
export function DetailState<Thing>({ query, thing, kind, onLeave, children }: DetailStateProps<Thing>) {
  if (thing) {
    return (
      <>
        {query.error ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
        {children(thing)}
      </>
    );
  }
  if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <LoadingDetail />;
  return (
    <EmptyState
      icon={IconMapOff}
      title={`There is no such ${kind}`}
      hint="It may belong to another tenant, or the address may be mistyped."
      action={
        <Button variant="light" onClick={onLeave}>
          Back to the list
        </Button>
      }
    />
  );
}
