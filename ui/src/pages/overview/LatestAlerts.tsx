import { Anchor, Skeleton, Stack } from '@mantine/core';
import { IconBellCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AlertList } from '@/components/alerts/AlertList';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { alertListQuery } from '@/pages/alerts/queries';

const ALERTS_SHOWN = 10;

function Content() {
  const query = useQuery(alertListQuery({ status: 'RAISED', limit: ALERTS_SHOWN }));
  const alerts = query.data?.alertPage.items;
  if (!alerts) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Stack gap="sm" p="md">
        <Skeleton height={56} />
        <Skeleton height={56} />
        <Skeleton height={56} />
      </Stack>
    );
  }
  const open = alerts.filter(({ status }) => status !== 'RESOLVED');
  if (open.length === 0) {
    return <EmptyState icon={IconBellCheck} title="All is well" hint="No alert waits for a decision." />;
  }
  return <AlertList alerts={open} />;
}

export function LatestAlerts({ className }: { className: string }) {
  return (
    <Panel
      title="Latest alerts"
      flush
      className={className}
      aside={
        <Anchor component={Link} to="/alerts" size="xs">
          All alerts
        </Anchor>
      }
    >
      <Content />
    </Panel>
  );
}
