import { Fragment } from 'react';
import { moveBetweenRows, openRow } from './rowFocus';
import type { RowsProps } from './RowTable';
import classes from './DataTable.module.css';

/** The rows of a table on a phone: the first column is the title, the others lines beneath it. */
export function RowCards<Row>({ label, columns, rows, rowKey, isOutdated }: RowsProps<Row>) {
  const [title, ...others] = columns;
  const badges = others.filter(({ card }) => card === 'badge');
  const lines = others.filter(({ card = 'line' }) => card === 'line');
  return (
    <div
      role="list"
      aria-label={label}
      aria-busy={isOutdated}
      onKeyDown={moveBetweenRows}
      className={isOutdated ? classes.dimmed : undefined}
    >
      {rows.map((row) => (
        <div key={rowKey(row)} role="listitem" data-row onClick={openRow} className={classes.card}>
          <div className={classes.cardHead}>
            {title?.render(row)}
            <span className={classes.cardBadges}>
              {badges.map(({ key, render }) => (
                <Fragment key={key}>{render(row)}</Fragment>
              ))}
            </span>
          </div>
          <dl className={classes.cardLines}>
            {lines.map(({ key, header, render }) => (
              <Fragment key={key}>
                <dt>{header}</dt>
                <dd>{render(row)}</dd>
              </Fragment>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}
