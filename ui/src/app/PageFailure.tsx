import { Container } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ProblemNotice } from '@/components/ProblemNotice';

/** What stands in for a page that could not be drawn at all. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const tryAgain = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl">
      <ProblemNotice error={error} onRetry={tryAgain} />
    </Container>
  );
}
