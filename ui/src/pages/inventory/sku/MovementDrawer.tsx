import { Anchor, Code, Drawer, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Facts, type Fact } from '@/components/Facts';
import { ProblemNotice } from '@/components/ProblemNotice';
import { NoValue, TimeText } from '@/components/values';
import { formatQuantity, inWords } from '@/domain/format';
import { placeInWords } from '@/domain/stock';
import { receiptQuery, type Movement } from '../shared/queries';
import { ReceiptLines } from '../shared/ReceiptLines';

function factsOf(movement: Movement): Fact[] {
  const facts: Fact[] = [
    { label: 'When', value: <TimeText at={movement.movedAt} /> },
    { label: 'Quantity', value: formatQuantity(movement.quantity) },
    { label: 'From', value: placeInWords(movement.from) },
    { label: 'To', value: placeInWords(movement.to) },
    { label: 'Lot', value: movement.lot ?? <NoValue>none</NoValue> },
  ];
  if (movement.serial) facts.push({ label: 'Serial number', value: movement.serial });
  if (movement.owner) facts.push({ label: 'Owner', value: movement.owner });
  return facts;
}

/** The whole receipt that a movement is a part of. */
function ReceiptDetails({ id }: { id: string }) {
  const query = useQuery(receiptQuery(id));
  if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={120} />;
  return <ReceiptLines receipt={query.data} />;
}

/** Leads from a row of the ledger to the document that made it. */
function DocumentDetails({ document }: { document: string }) {
  const [kind = '', id = ''] = document.split('/');
  if (kind === 'receipt') return <ReceiptDetails id={id} />;
  if (kind === 'reservation') {
    return (
      <Anchor component={Link} to="/reservations/$id" params={{ id } as never} fz="sm">
        Open the reservation
      </Anchor>
    );
  }
  if (kind === 'count') {
    return (
      <Anchor component={Link} to="/counts/$id" params={{ id } as never} fz="sm">
        Open the count
      </Anchor>
    );
  }
  return (
    <Text size="sm" className="quiet">
      {inWords(kind)} <Code>{id}</Code>
    </Text>
  );
}

/** One row of the ledger in full, and the document behind it. */
export function MovementDrawer({ movement, onClose }: { movement: Movement | null; onClose: () => void }) {
  return (
    <Drawer
      opened={movement !== null}
      onClose={onClose}
      position="right"
      title={movement ? `${inWords(movement.eventType)}: ${movement.sku}` : ''}
    >
      {movement && (
        <>
          <Facts facts={factsOf(movement)} />
          <DocumentDetails document={movement.document} />
        </>
      )}
    </Drawer>
  );
}
