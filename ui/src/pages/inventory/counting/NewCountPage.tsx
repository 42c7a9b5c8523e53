import { useNavigate } from '@tanstack/react-router';
import { BackLink } from '@/components/BackLink';
import { PageHeader } from '@/components/PageHeader';
import { CountingForm } from './CountingForm';

/** Saying what was counted. The books are compared with it only when it is sent. */
export function NewCountPage() {
  const navigate = useNavigate();
  return (
    <>
      <BackLink to="/counts" label="Counting" />
      <PageHeader title="New count" />
      <CountingForm onCounted={({ id }) => void navigate({ to: '/counts/$id', params: { id } })} />
    </>
  );
}
