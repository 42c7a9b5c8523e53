import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconCloudOff, IconExclamationCircle, IconLock } from '@tabler/icons-react';
import { asProblem, type Problem, type Shortage } from '@/api/problem';
import { formatQuantity } from '@/domain/format';

function iconOf(problem: Problem) {
  if (problem.status === 0) return <IconCloudOff size={18} />;
  if (problem.status === 401 || problem.status === 403) return <IconLock size={18} />;
  return <IconExclamationCircle size={18} />;
}

/** Which lines there is not enough for, each in one sentence. */
export function ShortageList({ shortages }: { shortages: Shortage[] }) {
  return (
    <List size="sm" spacing={2} aria-label="What there is not enough of">
      {shortages.map(({ lineNumber, sku, unit, requested, available, short }) => (
        <List.Item key={lineNumber} className="figures">
          Line {lineNumber}, <Code>{sku}</Code>: {formatQuantity({ value: short, unit })} missing of{' '}
          {formatQuantity({ value: requested, unit })}, {formatQuantity({ value: available, unit })} available
        </List.Item>
      ))}
    </List>
  );
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
        {problem.shortages && problem.shortages.length > 0 && <ShortageList shortages={problem.shortages} />}
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
