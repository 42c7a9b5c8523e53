import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconCloudOff, IconExclamationCircle, IconLock } from '@tabler/icons-react';
import { asProblem, type Problem } from '@/api/problem';

function iconOf(problem: Problem) {
  if (problem.status === 0) return <IconCloudOff size={18} />;
  if (problem.status === 401 || problem.status === 403) return <IconLock size={18} />;
  return <IconExclamationCircle size={18} />;
}

interface ProblemNoticeProps {
  error: unknown;
  onRetry?: () => void;
}

/** A problem document in words: what went wrong, each single fault, and the id to ask an operator about. */
export function ProblemNotice({ error, onRetry }: ProblemNoticeProps) {
  const problem = asProblem(error);
  return (
    <Alert color="red" variant="light" title={problem.title} icon={iconOf(problem)} role="alert">
      <Stack gap="xs">
        {problem.detail && <Text size="sm">{problem.detail}</Text>}
        {problem.errors && problem.errors.length > 0 && (
          <List size="sm" spacing={2}>
            {problem.errors.map((fault, index) => (
              <List.Item key={index}>
                {fault.field && <Code mr={6}>{fault.field}</Code>}
                {fault.message}
              </List.Item>
            ))}
          </List>
        )}
        <Group gap="sm">
          {onRetry && (
            <Button size="compact-sm" variant="light" color="red" onClick={onRetry}>
              Try again
            </Button>
          )}
          {problem.correlationId && (
            <Text size="xs" className="quiet">
              Reference <Code fz="xs">{problem.correlationId}</Code>
            </Text>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
