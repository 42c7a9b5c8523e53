import {
  IconAlertTriangle,
  IconBuildingWarehouse,
  IconContainer,
  IconDatabaseImport,
  IconLayoutDashboard,
  IconReceipt,
  IconTruckDelivery,
  type Icon,
} from '@tabler/icons-react';
import type { Permission } from '@/domain/permissions';

export interface Destination {
  to: '/' | '/shipments' | '/orders' | '/stock' | '/assets' | '/alerts' | '/ingestion';
  /** Paths of other pages that belong to this entry of the menu. */
  others?: string[];
  label: string;
  hint: string;
  icon: Icon;
  permission: Permission;
}

/** The pages of the application, in the order of the menu and of the command palette. */
export const DESTINATIONS: Destination[] = [
  {
    to: '/',
    label: 'Overview',
    hint: 'What is moving, late or wrong right now',
    icon: IconLayoutDashboard,
    permission: 'visualization:read',
  },
  {
    to: '/shipments',
    label: 'Shipments',
    hint: 'Every shipment, by state, carrier, country and time',
    icon: IconTruckDelivery,
    permission: 'operations:read',
  },
  {
    to: '/orders',
    label: 'Orders',
    hint: 'Orders and what is carried and delivered of them',
    icon: IconReceipt,
    permission: 'operations:read',
  },
  {
    to: '/stock',
    others: ['/reservations', '/receiving', '/counts'],
    label: 'Inventory',
    hint: 'Stock, reservations, receiving and counting',
    icon: IconBuildingWarehouse,
    permission: 'inventory:read',
  },
  {
    to: '/assets',
    label: 'Assets',
    hint: 'Containers, trailers and their sensors',
    icon: IconContainer,
    permission: 'operations:read',
  },
  {
    to: '/alerts',
    label: 'Alerts',
    hint: 'What needs a decision',
    icon: IconAlertTriangle,
    permission: 'operations:read',
  },
  {
    to: '/ingestion',
    label: 'Ingestion',
    hint: 'Imports, and records that were set aside',
    icon: IconDatabaseImport,
    permission: 'ingest:read',
  },
];
