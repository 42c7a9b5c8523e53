import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import { ROW_LINK, type Column } from '@/components/table/columns';
import tableClasses from '@/components/table/DataTable.module.css';
import { CapturedTime, NoValue, TimeText } from '@/components/values';
import { formatMoney, formatNumber, formatPlace } from '@/domain/format';
import type { OrderRow } from './queries';

export const orderColumns: Column<OrderRow>[] = [
  {
    key: 'number',
    header: 'Order',
    render: ({ id, orderNumber }) => (
      <Link to="/orders/$id" params={{ id }} className={tableClasses.link} {...ROW_LINK}>
        {orderNumber}
      </Link>
    ),
  },
  { key: 'status', header: 'State', render: ({ status }) => <StatusBadge status={status} />, card: 'badge' },
  {
    key: 'customer',
    header: 'Customer',
    render: ({ customer }) => (
      <Text span inherit truncate display="block" maw={{ sm: 220 }} title={customer.name}>
        {customer.name}
      </Text>
    ),
  },
  {
    key: 'place',
    header: 'Ship to',
    render: ({ shippingAddress }) => formatPlace(shippingAddress),
    hideBelow: 'md',
  },
  {
    key: 'lines',
    header: 'Lines',
    align: 'right',
    render: ({ lineCount }) => <span className="figures">{formatNumber(lineCount)}</span>,
    hideBelow: 'lg',
  },
  {
    key: 'total',
    header: 'Value',
    align: 'right',
    render: ({ totalAmount }) => <span className="figures">{formatMoney(totalAmount)}</span>,
  },
  {
    key: 'ordered',
    header: 'Ordered',
    align: 'right',
    render: ({ orderDate }) => <CapturedTime value={orderDate} precision="day" />,
  },
  {
    key: 'delivered',
    header: 'Delivered',
    align: 'right',
    render: ({ deliveryDate }) =>
      deliveryDate ? <TimeText at={deliveryDate} precision="day" /> : <NoValue>not yet</NoValue>,
    hideBelow: 'lg',
  },
];
