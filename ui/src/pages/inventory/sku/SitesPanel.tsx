import { Group } from '@mantine/core';
import { IconCircle, IconCircleDotFilled, IconPackageOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { ROW_LINK, type Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import tableClasses from '@/components/table/DataTable.module.css';
import { NoValue } from '@/components/values';
import type { Stock } from '../shared/queries';
import { figureColumns } from '../shared/figureColumns';
import { Quantity } from '../shared/values';

/** The rows are those of the page's own answer, which tells of its loading and failing itself. */
const KNOWN = { isPending: false, isPlaceholderData: false, error: null, refetch: () => undefined };

function siteColumns(chosen: Stock): Column<Stock>[] {
  return [
    {
      key: 'site',
      header: 'Site',
      render: ({ id, sku, site }) => (
        <Link
          to="/stock/sku"
          search={{ sku, site }}
          replace
          resetScroll={false}
          className={tableClasses.link}
          aria-current={id === chosen.id ? 'true' : undefined}
          {...ROW_LINK}
        >
          <Group gap={6} wrap="nowrap" component="span">
            {id === chosen.id ? (
              <IconCircleDotFilled size={15} color="var(--mantine-primary-color-filled)" aria-hidden />
            ) : (
              <IconCircle size={15} className="quiet" aria-hidden />
            )}
            {site}
          </Group>
        </Link>
      ),
    },
    ...figureColumns,
    {
      key: 'expected',
      header: 'Expected',
      align: 'right',
      render: ({ expected }) => <Quantity of={expected} />,
    },
    {
      key: 'reorder',
      header: 'Reorder below',
      align: 'right',
      render: ({ reorderPoint }) =>
        reorderPoint ? <Quantity of={reorderPoint} /> : <NoValue>not set</NoValue>,
      hideBelow: 'xl',
    },
  ];
}

/** The sites of a SKU. The chosen one is the one that the rest of the page tells of. */
export function SitesPanel({ sites, chosen }: { sites: Stock[]; chosen: Stock }) {
  return (
    <Panel title="Sites" flush>
      <DataTable
        label="Sites"
        columns={siteColumns(chosen)}
        rows={sites}
        rowKey={({ id }) => id}
        query={KNOWN}
        empty={<EmptyState compact icon={IconPackageOff} title="No site has it" />}
      />
    </Panel>
  );
}
