import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { currentSession } from '@/api/session';
import { readAlertFilters } from '@/pages/alerts/filters';
import { readAssetFilters } from '@/pages/assets/filters';
import { readOrderFilters } from '@/pages/orders/filters';
import { readShipmentFilters } from '@/pages/shipments/filters';
import { NotFound } from './NotFound';
import { PageFailure } from './PageFailure';

const rootRoute = createRootRoute({ notFoundComponent: NotFound });

/** Only addresses of this application are followed after sign-in. */
function ownPath(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith('/') && !value.startsWith('//') ? value : undefined;
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => ({ next: ownPath(search.next) }),
  beforeLoad: ({ search }) => {
    if (currentSession()) throw redirect({ href: search.next ?? '/' });
  },
  component: lazyRouteComponent(() => import('@/pages/signin/SignInPage'), 'SignInPage'),
});

const protectedRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'protected',
  beforeLoad: ({ location }) => {
    if (currentSession()) return;
    const next = location.href === '/' ? undefined : location.href;
    throw redirect({ to: '/sign-in', search: { next } });
  },
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
});

const overviewRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/',
  component: lazyRouteComponent(() => import('@/pages/overview/OverviewPage'), 'OverviewPage'),
});

const shipmentsRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/shipments',
  validateSearch: readShipmentFilters,
  component: lazyRouteComponent(() => import('@/pages/shipments/ShipmentsPage'), 'ShipmentsPage'),
});

const shipmentRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/shipments/$id',
  component: lazyRouteComponent(() => import('@/pages/shipments/ShipmentPage'), 'ShipmentPage'),
});

const ordersRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/orders',
  validateSearch: readOrderFilters,
  component: lazyRouteComponent(() => import('@/pages/orders/OrdersPage'), 'OrdersPage'),
});

const orderRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('@/pages/orders/OrderPage'), 'OrderPage'),
});

const assetsRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/assets',
  validateSearch: readAssetFilters,
  component: lazyRouteComponent(() => import('@/pages/assets/AssetsPage'), 'AssetsPage'),
});

const assetRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/assets/$id',
  component: lazyRouteComponent(() => import('@/pages/assets/AssetPage'), 'AssetPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/alerts',
  validateSearch: readAlertFilters,
  component: lazyRouteComponent(() => import('@/pages/alerts/AlertsPage'), 'AlertsPage'),
});

const ingestionRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/ingestion',
  component: lazyRouteComponent(() => import('@/pages/ingestion/IngestionPage'), 'IngestionPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    protectedRoute.addChildren([
      overviewRoute,
      shipmentsRoute,
      shipmentRoute,
      ordersRoute,
      orderRoute,
      assetsRoute,
      assetRoute,
      alertsRoute,
      ingestionRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The cursors of the pages before this one, so that one can go back. */
    trail?: string[];
  }
}
