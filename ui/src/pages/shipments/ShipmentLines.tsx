import { Table, Text } from '@mantine/core';
import { IconPackageOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import tableClasses from '@/components/table/DataTable.module.css';
import { CapturedTime } from '@/components/values';
import { formatQuantity } from '@/domain/format';
import type { Shipment } from './queries';

/** Which part of which orders the shipment carries. */
export function ShipmentLines({ lines }: { lines: Shipment['lines'] }) {
  if (lines.length === 0) return <EmptyState compact icon={IconPackageOff} title="It carries no lines" />;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table verticalSpacing="xs" horizontalSpacing="md" fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Order</Table.Th>
            <Table.Th>Line</Table.Th>
            <Table.Th ta="right">Quantity</Table.Th>
            <Table.Th ta="right">Scheduled</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={`${line.orderId}/${line.lineNumber}`}>
              <Table.Td>
                <Link to="/orders/$id" params={{ id: line.orderId }} className={tableClasses.link}>
                  {line.orderNumber}
                </Link>
              </Table.Td>
              <Table.Td>
                <Text size="sm" span className="quiet figures">
                  {line.lineNumber}
                </Text>{' '}
                {line.description}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {formatQuantity(line.quantity)}
              </Table.Td>
              <Table.Td ta="right">
                <CapturedTime value={line.scheduledDelivery} precision="day" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
