import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Facts } from '@/components/Facts';
import { ProblemNotice } from '@/components/ProblemNotice';
import { CapturedText } from '@/components/values';
import { formatNumber } from '@/domain/format';
import { ingestStatusQuery } from './queries';

function count(value: number | undefined) {
  return (
    <CapturedText value={value} absent="not counted">
      {(known: number) => <span className="figures">{formatNumber(known)}</span>}
    </CapturedText>
  );
}

export function IntakeFigures() {
  const query = useQuery(ingestStatusQuery);
  if (!query.data) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton height={62} radius="lg" mb="md" />;
  }
  const { accepted, quarantined, open, devices } = query.data;
  return (
    <Facts
      facts={[
        { label: 'Records accepted', value: count(accepted) },
        { label: 'Set aside', value: count(quarantined) },
        { label: 'Waiting for their outcome', value: count(open) },
        { label: 'Devices', value: count(devices) },
      ]}
    />
  );
}
