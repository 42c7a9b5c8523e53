import { Link, useRouterState } from '@tanstack/react-router';
import { useMay } from '@/app/useMe';
import classes from './InventoryTabs.module.css';

const TABS = [
  { to: '/stock', label: 'Stock', write: false },
  { to: '/reservations', label: 'Reservations', write: false },
  { to: '/receiving', label: 'Receiving', write: true },
  { to: '/counts', label: 'Counting', write: false },
] as const;

/** The ways between the pages of the inventory, which share one entry of the menu. */
export function InventoryTabs() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const mayWrite = useMay('inventory:write');
  return (
    <nav className={classes.tabs} aria-label="Inventory">
      {TABS.filter(({ write }) => mayWrite || !write).map(({ to, label }) => (
        <Link key={to} to={to} className={classes.tab} aria-current={path === to ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
