import { Progress, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue } from '@/components/values';
import { isZero } from '@/domain/decimal';
import { formatQuantity } from '@/domain/format';
import type { Reservation } from '../shared/queries';
import { DayText } from '../shared/values';
import classes from './ReservationLines.module.css';

type Line = Reservation['lines'][number];

function share(part: string, whole: string): number {
  const total = Number(whole);
  return total > 0 ? Math.min(100, (Number(part) / total) * 100) : 0;
}

/** How much of a line is picked, promised, and waited for. */
function Fulfilment({ line }: { line: Line }) {
  const { requested, reserved, picked, backordered } = line;
  const pickedShare = share(picked.value, requested.value);
  const words = [
    `${formatQuantity(reserved)} of ${formatQuantity(requested)} promised`,
    !isZero(picked.value) && `${formatQuantity(picked)} picked`,
  ];
  return (
    <div>
      <Progress.Root size={8} radius="xl" aria-hidden>
        <Progress.Section value={pickedShare} color="violet" />
        <Progress.Section value={share(reserved.value, requested.value) - pickedShare} color="blue" />
        <Progress.Section value={share(backordered.value, requested.value)} color="red" />
      </Progress.Root>
      <Text size="xs" className="quiet figures" mt={4}>
        {words.filter(Boolean).join(', ')}
      </Text>
      {!isZero(backordered.value) && (
        <Text size="xs" c="red" fw={600} className="figures">
          {formatQuantity(backordered)} backordered
        </Text>
      )}
    </div>
  );
}

/** Which goods are promised and not yet picked. */
function Allocations({ allocations }: { allocations: Line['allocations'] }) {
  if (allocations.length === 0) return <NoValue>nothing left to pick</NoValue>;
  return (
    <ul className={classes.allocations} aria-label="Allocations">
      {allocations.map(({ lot, serial, owner, expiry, quantity }) => (
        <li key={JSON.stringify([lot, serial, owner])}>
          <span className="figures">{formatQuantity(quantity)}</span>{' '}
          <span className="quiet">
            {lot ? `lot ${lot}` : 'without a lot'}
            {serial && ` · serial ${serial}`}
            {owner && ` · of ${owner}`}
            {expiry && (
              <>
                {' · until '}
                <DayText day={expiry} absent="any day" />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The lines of a reservation: what was asked for, what is promised of it, and what waits. */
export function ReservationLines({ reservation }: { reservation: Reservation }) {
  return (
    <ul className={classes.lines} aria-label="Lines of the reservation">
      {reservation.lines.map((line) => (
        <li key={line.lineNumber} className={classes.line}>
          <div>
            <Link
              to="/stock/sku"
              search={{ sku: line.sku, site: reservation.site }}
              className={tableClasses.link}
            >
              {line.sku}
            </Link>
            <Text size="xs" className="quiet figures">
              Line {line.lineNumber}
            </Text>
          </div>
          <Fulfilment line={line} />
          <Allocations allocations={line.allocations} />
        </li>
      ))}
    </ul>
  );
}
