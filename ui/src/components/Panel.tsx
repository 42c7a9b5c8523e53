import { useId, type ReactNode } from 'react';
import classes from './Panel.module.css';

interface PanelProps {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
  /** Content goes to the very edge, as tables and maps do. */
  flush?: boolean;
  className?: string;
}

/** The one kind of box on every page: a titled region with a hairline border. */
export function Panel({ title, aside, children, flush = false, className }: PanelProps) {
  const titleId = useId();
  return (
    <section className={`${classes.panel} ${className ?? ''}`} aria-labelledby={title ? titleId : undefined}>
      {title && (
        <header className={classes.head}>
          <h2 id={titleId} className={classes.title}>
            {title}
          </h2>
          {aside}
        </header>
      )}
      <div className={flush ? `${classes.body} ${classes.flush}` : classes.body}>{children}</div>
    </section>
  );
}
