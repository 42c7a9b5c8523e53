import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import tableClasses from '@/components/table/DataTable.module.css';
import { isZero } from '@/domain/decimal';
import { formatQuantity } from '@/domain/format';
import type { Count } from '../shared/queries';
import classes from './CountLines.module.css';
import { varianceInWords } from './variance';

type Line = Count['lines'][number];

function placeOf({ bin, batch }: Line): string {
  return [bin ? `bin ${bin}` : 'in the receiving area', batch.lot && `lot ${batch.lot}`]
    .filter(Boolean)
    .join(' · ');
}

function CountLine({ line, site }: { line: Line; site: string }) {
  const { sku, unit, expected, counted, variance, condition } = line;
  return (
    <li className={classes.line}>
      <div>
        <Group gap={6}>
          <Link to="/stock/sku" search={{ sku, site }} className={tableClasses.link}>
            {sku}
          </Link>
          {condition && condition !== 'Available' && <StatusBadge status={condition} size="sm" />}
        </Group>
        <Text size="xs" className="quiet">
          {placeOf(line)}
        </Text>
      </div>
      <Text size="sm" className="figures">
        {formatQuantity({ value: counted, unit })} counted
        <span className="quiet"> of {formatQuantity({ value: expected, unit })} in the books</span>
      </Text>
      <Text
        size="sm"
        fw={600}
        c={isZero(variance) ? undefined : 'orange'}
        className={isZero(variance) ? 'quiet' : 'figures'}
      >
        {varianceInWords(line)}
      </Text>
    </li>
  );
}

/** What was counted beside what the books said. */
export function CountLines({ count }: { count: Count }) {
  return (
    <ul className={classes.lines} aria-label="Lines of the count">
      {count.lines.map((line) => (
        <CountLine key={line.lineNumber} line={line} site={count.site} />
      ))}
    </ul>
  );
}
