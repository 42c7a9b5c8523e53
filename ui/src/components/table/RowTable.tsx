import type { Column } from './columns';
import { moveBetweenRows, openRow } from './rowFocus';
import classes from './DataTable.module.css';

export interface RowsProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** The rows shown are those of the page before, while the next one is on its way. */
  isOutdated: boolean;
}

function cellClass<Row>({ align, hideBelow }: Column<Row>): string {
  const visibility = hideBelow ? `mantine-visible-from-${hideBelow}` : '';
  return `${align === 'right' ? classes.right : ''} ${visibility}`;
}

export function RowTable<Row>({ label, columns, rows, rowKey, isOutdated }: RowsProps<Row>) {
  return (
    <div className={classes.scroller}>
      <table className={classes.table} aria-label={label} aria-busy={isOutdated}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={cellClass(column)} style={{ width: column.width }}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows} className={isOutdated ? classes.dimmed : undefined}>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-row onClick={openRow} className={classes.row}>
              {columns.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
