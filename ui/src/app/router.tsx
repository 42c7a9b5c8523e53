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
import { readCountFilters } from '@/pages/inventory/counting/filters';
import { readReservationFilters } from '@/pages/inventory/reservations/filters';
import { readSkuAddress, readStockFilters } from '@/pages/inventory/stock/filters';
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

const stockRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/stock',
  validateSearch: readStockFilters,
  component: lazyRouteComponent(() => import('@/pages/inventory/stock/StockPage'), 'StockPage'),
});

const skuRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/stock/sku',
  validateSearch: readSkuAddress,
  component: lazyRouteComponent(() => import('@/pages/inventory/sku/SkuPage'), 'SkuPage'),
});

const reservationsRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/reservations',
  validateSearch: readReservationFilters,
  component: lazyRouteComponent(
    () => import('@/pages/inventory/reservations/ReservationsPage'),
    'ReservationsPage',
  ),
});

const reservationRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/reservations/$id',
  component: lazyRouteComponent(
    () => import('@/pages/inventory/reservations/ReservationPage'),
    'ReservationPage',
  ),
});

const receivingRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/receiving',
  component: lazyRouteComponent(() => import('@/pages/inventory/receiving/ReceivingPage'), 'ReceivingPage'),
});

const countsRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/counts',
  validateSearch: readCountFilters,
  component: lazyRouteComponent(() => import('@/pages/inventory/counting/CountsPage'), 'CountsPage'),
});

const newCountRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/counts/new',
  component: lazyRouteComponent(() => import('@/pages/inventory/counting/NewCountPage'), 'NewCountPage'),
});

const countRoute = createRoute({
  getParentRoute: () => protectedRoute,
  path: '/counts/$id',
  component: lazyRouteComponent(() => import('@/pages/inventory/counting/CountPage'), 'CountPage'),
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
      stockRoute,
      skuRoute,
      reservationsRoute,
      reservationRoute,
      receivingRoute,
      countsRoute,
      newCountRoute,
      countRoute,
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
