import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';

interface BackLinkProps {
  to: '/shipments' | '/orders' | '/assets' | '/stock' | '/reservations' | '/counts';
  label: string;
}

export function BackLink({ to, label }: BackLinkProps) {
  return (
    <Anchor component={Link} to={to} size="sm" className="quiet" display="inline-flex" mb={6}>
      <IconArrowLeft size={16} style={{ marginRight: 4, marginTop: 2 }} aria-hidden />
      {label}
    </Anchor>
  );
}
