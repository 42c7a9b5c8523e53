import { Anchor, Group, Progress, Stack, Text, Tooltip } from '@mantine/core';
import { IconCircleCheck, IconTruck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { CapturedTime, NoValue } from '@/components/values';
import { formatMoney, formatNumber, formatQuantity } from '@/domain/format';
import classes from './OrderLines.module.css';
import type { OrderLine } from './queries';

function share(part: string, whole: string): number {
  const total = Number(whole);
  return total > 0 ? Math.min(100, (Number(part) / total) * 100) : 0;
}

/** How much of a line was delivered, is on its way, and is not assigned to any shipment yet. */
function Fulfilment({ line }: { line: OrderLine }) {
  const delivered = share(line.delivered.value, line.quantity.value);
  const onTheWay = Math.max(0, share(line.carried.value, line.quantity.value) - delivered);
  const words = `${formatNumber(line.delivered.value)} delivered and ${formatNumber(line.carried.value)} assigned to shipments, of ${formatQuantity(line.quantity)}`;
  return (
    <Tooltip label={words}>
      <div tabIndex={0} role="img" aria-label={words}>
        <Progress.Root size={8} radius="xl">
          <Progress.Section value={delivered} color="teal" aria-hidden />
          <Progress.Section value={onTheWay} color="blue" aria-hidden />
        </Progress.Root>
        <Group justify="space-between" gap={4} mt={4} fz="xs" className="quiet figures" wrap="nowrap">
          <span>{formatNumber(line.delivered.value)} delivered</span>
          <span>{formatQuantity(line.quantity)}</span>
        </Group>
      </div>
    </Tooltip>
  );
}

function CarriedBy({ line }: { line: OrderLine }) {
  if (line.shipments.length === 0) return <NoValue>no shipment yet</NoValue>;
  return (
    <Stack gap={2}>
      {line.shipments.map(({ shipmentId, shipmentNumber, quantity, delivered }) => (
        <Group key={shipmentId} gap={6} wrap="nowrap" fz="sm">
          {delivered ? (
            <IconCircleCheck size={15} color="var(--mantine-color-teal-6)" aria-label="Delivered" />
          ) : (
            <IconTruck size={15} color="var(--mantine-color-blue-6)" aria-label="Not delivered yet" />
          )}
          <Anchor component={Link} to="/shipments/$id" params={{ id: shipmentId } as never} fz="sm">
            {shipmentNumber}
          </Anchor>
          <span className="quiet figures">{formatQuantity(quantity)}</span>
        </Group>
      ))}
    </Stack>
  );
}

export function OrderLines({ lines }: { lines: OrderLine[] }) {
  return (
    <ul className={classes.lines} aria-label="Lines of the order">
      {lines.map((line) => (
        <li key={line.lineNumber} className={classes.line}>
          <div className={classes.what}>
            <Text size="sm" fw={600}>
              {line.description}
            </Text>
            <Text size="xs" className="quiet figures" component="div">
              Line {line.lineNumber}
              {line.sku && ` · ${line.sku}`} · {formatMoney(line.lineValue)} · scheduled{' '}
              <CapturedTime value={line.scheduledDelivery} precision="day" />
            </Text>
          </div>
          <Fulfilment line={line} />
          <CarriedBy line={line} />
        </li>
      ))}
    </ul>
  );
}
