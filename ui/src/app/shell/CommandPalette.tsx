import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import {
  Spotlight,
  spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight';
import { useMantineColorScheme } from '@mantine/core';
import {
  IconContainer,
  IconMoon,
  IconReceipt,
  IconSearch,
  IconSun,
  IconTruckDelivery,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { execute } from '@/api/graphql';
import { queryKeys } from '@/api/queryKeys';
import { statusLabel } from '@/domain/status';
import { FindByNumberDocument } from '@/generated/graphql';
import { DESTINATIONS } from './navigation';

const SEARCH_DELAY_MS = 150;
const SHORTEST_SEARCH = 2;
/** List pages mark their number field with this, and `/` goes there instead of to the palette. */
export const PAGE_SEARCH_ATTRIBUTE = 'data-page-search';

function focusSearch(): void {
  const pageSearch = document.querySelector<HTMLInputElement>(`input[${PAGE_SEARCH_ATTRIBUTE}]`);
  if (pageSearch) pageSearch.focus();
  else spotlight.open();
}

function useFound(query: string) {
  const [settled] = useDebouncedValue(query.trim(), SEARCH_DELAY_MS);
  return useQuery({
    queryKey: queryKeys.search(settled),
    queryFn: ({ signal }) => execute(FindByNumberDocument, { number: settled }, signal),
    enabled: settled.length >= SHORTEST_SEARCH,
    placeholderData: keepPreviousData,
  });
}

function useNumberActions(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const { data } = useFound(query);
  if (!data || query.trim().length < SHORTEST_SEARCH) return [];
  const shipments = data.shipmentPage.items.map((shipment) => ({
    id: shipment.id,
    label: shipment.trackingNumber,
    description: `Shipment · ${statusLabel(shipment.status)} · ${shipment.carrier}`,
    leftSection: <IconTruckDelivery size={18} />,
    onClick: () => void navigate({ to: '/shipments/$id', params: { id: shipment.id } }),
  }));
  const orders = data.orderPage.items.map((order) => ({
    id: order.id,
    label: order.orderNumber,
    description: `Order · ${statusLabel(order.status)} · ${order.customer.name}`,
    leftSection: <IconReceipt size={18} />,
    onClick: () => void navigate({ to: '/orders/$id', params: { id: order.id } }),
  }));
  const assets = data.assetPage.items.map((asset) => ({
    id: asset.id,
    label: asset.assetNumber,
    description: `Asset · ${statusLabel(asset.assetType)} · ${statusLabel(asset.status)}`,
    leftSection: <IconContainer size={18} />,
    onClick: () => void navigate({ to: '/assets/$id', params: { id: asset.id } }),
  }));
  return [...shipments, ...orders, ...assets];
}

function matches(query: string, ...texts: string[]): boolean {
  const wanted = query.trim().toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** Finds shipments, orders and assets by number, and pages and settings by name. */
export function CommandPalette() {
  const [query, setQuery] = useState('');
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  useHotkeys([['/', focusSearch]]);
  const numbers = useNumberActions(query);

  const pages = DESTINATIONS.filter(({ label, hint }) => matches(query, label, hint)).map(
    ({ to, label, hint, icon: IconShown }) => ({
      id: to,
      label,
      description: hint,
      leftSection: <IconShown size={18} />,
      onClick: () => void navigate({ to }),
    }),
  );
  const nextScheme = colorScheme === 'dark' ? 'light' : 'dark';
  const settings = matches(query, 'appearance dark light theme')
    ? [
        {
          id: 'appearance',
          label: `Switch to ${nextScheme}`,
          leftSection: nextScheme === 'dark' ? <IconMoon size={18} /> : <IconSun size={18} />,
          onClick: () => setColorScheme(nextScheme),
        },
      ]
    : [];
  const groups: SpotlightActionGroupData[] = [
    { group: 'Numbers', actions: numbers },
    { group: 'Pages', actions: pages },
    { group: 'Settings', actions: settings },
  ];

  return (
    <Spotlight
      query={query}
      onQueryChange={setQuery}
      actions={groups.filter(({ actions }) => actions.length > 0)}
      filter={(_query, actions) => actions}
      nothingFound="Nothing has that number or name"
      searchProps={{ leftSection: <IconSearch size={18} />, placeholder: 'A number, a page or a setting' }}
      shortcut="mod + K"
      scrollable
      maxHeight={420}
    />
  );
}
