import { AppShell, Badge, NavLink, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useMe } from '@/app/useMe';
import { formatCompact } from '@/domain/format';
import { overviewFiguresQuery } from '@/pages/overview/queries';
import { DESTINATIONS, type Destination } from './navigation';
import classes from './Shell.module.css';

function isUnder(path: string, to: string): boolean {
  return to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
}

function isCurrent(path: string, { to, others = [] }: Destination): boolean {
  return [to, ...others].some((own) => isUnder(path, own));
}

export function Navigation() {
  const { data: me } = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data: openAlerts } = useQuery({
    ...overviewFiguresQuery,
    select: (data) => data.overview.openAlerts,
  });
  const permitted = DESTINATIONS.filter(({ permission }) => !me || me.permissions.includes(permission));

  return (
    <AppShell.Navbar className={classes.navbar} aria-label="Pages">
      {permitted.map((destination) => {
        const { to, label, icon: IconShown } = destination;
        const current = isCurrent(path, destination);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            active={current}
            aria-current={current ? 'page' : undefined}
            leftSection={<IconShown size={18} stroke={1.6} aria-hidden />}
            rightSection={
              to === '/alerts' && openAlerts ? (
                <Badge
                  size="sm"
                  color="red"
                  variant="light"
                  className="figures"
                  aria-label={`${openAlerts} open`}
                >
                  {formatCompact(openAlerts)}
                </Badge>
              ) : undefined
            }
            className={classes.navLink}
          />
        );
      })}
      <Text size="xs" className="quiet" mt="auto" px="xs">
        All times are UTC
      </Text>
    </AppShell.Navbar>
  );
}
