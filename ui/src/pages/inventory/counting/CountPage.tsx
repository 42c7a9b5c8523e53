import { Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '@/app/useMe';
import { BackLink } from '@/components/BackLink';
import { StatusBadge } from '@/components/badges';
import { DetailState } from '@/components/DetailState';
import { noticeDone } from '@/components/notices';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { TimeText } from '@/components/values';
import { countQuery, type Count } from '../shared/queries';
import { useVerdict, type Verdict } from './command';
import { CountLines } from './CountLines';

const route = getRouteApi('/protected/counts/$id');

function tell(verdict: Verdict) {
  if (verdict.kind === 'approve') noticeDone('Count approved', 'The books follow it now.');
  else noticeDone('Count rejected', 'The books stay as they are.');
}

/** Tells that the books do not follow the count yet, and lets those who may say whether they shall. */
function ApprovalNotice({ count }: { count: Count }) {
  const mayApprove = useMay('inventory:approve');
  const [reason, setReason] = useState('');
  const command = useVerdict(count.id, tell);
  if (count.approval !== 'Pending') return null;
  return (
    <Alert
      color="orange"
      icon={<IconScale size={18} />}
      title="It differs so much that somebody must agree"
      mb="md"
    >
      <Text size="sm" mb={mayApprove ? 'sm' : 0}>
        The books stay as they are until then.
        {!mayApprove && ' You may not approve it: a planner or administrator can.'}
      </Text>
      {command.error && <ProblemNotice error={command.error} />}
      {mayApprove && (
        <Group align="end">
          <Button size="md" loading={command.isRunning} onClick={() => command.run({ kind: 'approve' })}>
            Approve the count
          </Button>
          <TextInput
            size="md"
            label="Or why it is rejected"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button
            size="md"
            variant="default"
            disabled={!reason.trim()}
            loading={command.isRunning}
            onClick={() => command.run({ kind: 'reject', reason: reason.trim() })}
          >
            Reject the count
          </Button>
        </Group>
      )}
    </Alert>
  );
}

function CountDetails({ count }: { count: Count }) {
  return (
    <>
      <BackLink to="/counts" label="Counting" />
      <PageHeader
        title={`Count at ${count.site}`}
        badges={<StatusBadge status={count.approval} />}
        hint={<TimeText at={count.createdAt} />}
      />
      <ApprovalNotice count={count} />
      <Panel title="Lines" flush>
        <CountLines count={count} />
      </Panel>
    </>
  );
}

export function CountPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const query = useQuery(countQuery(id));
  return (
    <DetailState
      query={query}
      thing={query.data}
      kind="count"
      onLeave={() => void navigate({ to: '/counts' })}
    >
      {(count) => <CountDetails count={count} />}
    </DetailState>
  );
}
