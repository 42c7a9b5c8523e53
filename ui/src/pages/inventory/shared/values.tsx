import { Anchor, Badge, Text } from '@mantine/core';
import { IconHourglassLow, IconHourglassOff, IconTrendingDown, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import badgeClasses from '@/components/badges.module.css';
import { NoValue } from '@/components/values';
import { isZero } from '@/domain/decimal';
import { formatDay, formatQuantity } from '@/domain/format';
import { expiryOf, isLow, isShort, today, type Amount } from '@/domain/stock';
import { orderNameQuery, type Stock } from './queries';

/** A quantity in a column of figures. Nothing is quiet, so that the eye finds what is there. */
export function Quantity({ of: amount, tone }: { of: Amount; tone?: string }) {
  const isNothing = isZero(amount.value);
  return (
    <Text span inherit c={isNothing ? undefined : tone} className={isNothing ? 'figures quiet' : 'figures'}>
      {formatQuantity(amount)}
    </Text>
  );
}

const ICON = { size: 12, 'aria-hidden': true } as const;

/** What about stock needs somebody: too little, awaited, or soon of no use. */
export function StockBadges({ stock }: { stock: Stock }) {
  const expiry = expiryOf(stock.nextExpiry, today());
  return (
    <>
      {isShort(stock) && (
        <Badge color="red" className={badgeClasses.status} leftSection={<IconUsersGroup {...ICON} />}>
          Short
        </Badge>
      )}
      {isLow(stock) && (
        <Badge color="orange" className={badgeClasses.status} leftSection={<IconTrendingDown {...ICON} />}>
          Low
        </Badge>
      )}
      {expiry !== 'later' && <ExpiryBadge lastDay={stock.nextExpiry} />}
    </>
  );
}

/** Says that goods cannot be used any longer, or not for long; nothing where there is time. */
export function ExpiryBadge({ lastDay }: { lastDay: string | null | undefined }) {
  const expiry = expiryOf(lastDay, today());
  if (expiry === 'later') return null;
  const isOver = expiry === 'expired';
  const IconShown = isOver ? IconHourglassOff : IconHourglassLow;
  return (
    <Badge
      color={isOver ? 'red' : 'yellow'}
      variant={isOver ? 'outline' : 'light'}
      className={badgeClasses.status}
      leftSection={<IconShown {...ICON} />}
    >
      {isOver ? 'Expired' : 'Expiring'}
    </Badge>
  );
}

/** A day of the calendar, which is the same wherever one reads it. */
export function DayText({ day, absent }: { day: string | null | undefined; absent: string }) {
  if (!day) return <NoValue>{absent}</NoValue>;
  return (
    <time dateTime={day} className="figures">
      {formatDay(day)}
    </time>
  );
}

const ORDER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The number of an order where its id is one of this platform's. Partners reserve under ids of their own,
 * which stand for themselves.
 */
export function useOrderName(orderId: string): { name: string; isOurs: boolean } {
  const { data } = useQuery({ ...orderNameQuery(orderId), enabled: ORDER_ID.test(orderId) });
  if (data?.order) return { name: data.order.orderNumber, isOurs: true };
  return { name: ORDER_ID.test(orderId) ? orderId.slice(0, 8) : orderId, isOurs: false };
}

export function OrderName({ orderId }: { orderId: string }) {
  return <span title={orderId}>{useOrderName(orderId).name}</span>;
}

/** The order's number, leading to its page if it has one here. */
export function OrderLink({ orderId }: { orderId: string }) {
  const { name, isOurs } = useOrderName(orderId);
  if (!isOurs) return <span title={orderId}>{name}</span>;
  return (
    <Anchor component={Link} to="/orders/$id" params={{ id: orderId } as never} inherit>
      {name}
    </Anchor>
  );
}
