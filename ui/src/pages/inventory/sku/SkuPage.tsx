import { Grid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { BackLink } from '@/components/BackLink';
import { DetailState } from '@/components/DetailState';
import { Facts, type Fact } from '@/components/Facts';
import { PageHeader } from '@/components/PageHeader';
import { formatNumber, formatQuantity } from '@/domain/format';
import { totalOf } from '@/domain/stock';
import { itemQuery, stockOfQuery, type Item, type Stock } from '../shared/queries';
import { Quantity } from '../shared/values';
import { LotsPanel } from './LotsPanel';
import { MovementsPanel } from './MovementsPanel';
import { PromisePanel } from './PromisePanel';
import { ReorderPoint } from './ReorderPoint';
import { SitesPanel } from './SitesPanel';

const route = getRouteApi('/protected/stock/sku');

/** The sums over all sites. */
function factsOf(sites: Stock[]): Fact[] {
  const total = (figure: 'onHand' | 'reserved' | 'available' | 'backordered' | 'expected') => (
    <Quantity of={totalOf(sites.map((stock) => stock[figure]))} />
  );
  return [
    { label: 'Sites', value: formatNumber(sites.length) },
    { label: 'On hand', value: total('onHand') },
    { label: 'Reserved', value: total('reserved') },
    { label: 'Available', value: total('available') },
    { label: 'Backordered', value: total('backordered') },
    { label: 'Expected', value: total('expected') },
  ];
}

function itemInWords(item: Item | null | undefined): string | undefined {
  if (!item) return undefined;
  const packs = item.packs.map(
    ({ unit, holds }) => `${unit} of ${formatQuantity({ value: holds, unit: item.unit })}`,
  );
  return [item.description, ...packs].filter(Boolean).join(' · ');
}

const COLUMN = { display: 'flex', flexDirection: 'column', gap: 'var(--page-gap)' } as const;

function SkuDetails({ sites, chosen }: { sites: Stock[]; chosen: Stock }) {
  const { sku, site } = chosen;
  const { data: item } = useQuery(itemQuery(sku));
  return (
    <>
      <BackLink to="/stock" label="Inventory" />
      <PageHeader
        title={sku}
        hint={itemInWords(item)}
        actions={<ReorderPoint key={chosen.id} stock={chosen} />}
      />
      <Facts facts={factsOf(sites)} />
      <Grid gutter="md">
        <Grid.Col span={12}>
          <SitesPanel sites={sites} chosen={chosen} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 8 }} style={COLUMN}>
          <LotsPanel stock={chosen} />
          <MovementsPanel key={site} sku={sku} site={site} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }} style={COLUMN}>
          <PromisePanel sku={sku} site={site} />
        </Grid.Col>
      </Grid>
    </>
  );
}

/** One SKU: how much of it lies at each site, and for one of them its lots, promises and movements. */
export function SkuPage() {
  const { sku, site } = route.useSearch();
  const navigate = useNavigate();
  const query = useQuery(stockOfQuery(sku));
  const sites = query.data?.items;
  const chosen = sites && (sites.find((stock) => stock.site === site) ?? sites[0]);
  return (
    <DetailState
      query={query}
      thing={chosen}
      kind="SKU in stock"
      onLeave={() => void navigate({ to: '/stock' })}
    >
      {(stock) => <SkuDetails sites={sites ?? []} chosen={stock} />}
    </DetailState>
  );
}
