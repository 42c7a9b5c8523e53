import { Badge, Button, Group, Text } from '@mantine/core';
import { IconLock, IconLockOpen, IconPackages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { useCommand } from '@/api/useCommand';
import { useMay } from '@/app/useMe';
import { StatusBadge } from '@/components/badges';
import badgeClasses from '@/components/badges.module.css';
import { EmptyState } from '@/components/EmptyState';
import { noticeDone } from '@/components/notices';
import { Panel } from '@/components/Panel';
import { formatQuantity, inWords } from '@/domain/format';
import { lotsOfQuery, type Lot, type LotStock, type Stock } from '../shared/queries';
import { ReasonDialog } from '../shared/ReasonDialog';
import { DayText, ExpiryBadge, Quantity } from '../shared/values';
import classes from './LotsPanel.module.css';

type Change = 'quarantine' | 'release';

const WORDS = {
  quarantine: {
    title: 'Quarantine the lot',
    explanation: 'Nobody can promise or pick it any more, at no site. What is promised of it stays promised.',
    confirm: 'Quarantine',
    done: 'Lot quarantined',
  },
  release: {
    title: 'Release the lot',
    explanation: 'It may be promised and picked again, and orders that wait for it get their part at once.',
    confirm: 'Release',
    done: 'Lot released',
  },
} as const;

function LotDialog({ lot, change, onClose }: { lot: Lot; change: Change; onClose: () => void }) {
  const words = WORDS[change];
  const command = useCommand({
    send: async (reason: string, header) =>
      bodyOf(
        await rest.POST(`/inventory/lots/{id}/${change}`, {
          params: { path: { id: lot.id }, header },
          body: { reason },
        }),
      ),
    outdates: queryKeys.inventory,
    onDone: () => {
      noticeDone(words.done, `${lot.sku}, lot ${lot.lot}`);
      onClose();
    },
  });
  return (
    <ReasonDialog
      title={`${words.title} ${lot.lot}`}
      explanation={words.explanation}
      confirm={words.confirm}
      color={change === 'quarantine' ? 'red' : undefined}
      isRequired
      command={command}
      onClose={onClose}
      onConfirm={command.run}
    />
  );
}

/** Lets nobody use a lot, or lets it be used again. */
function LotAction({ lot }: { lot: Lot }) {
  const mayWrite = useMay('inventory:write');
  const [isOpen, setIsOpen] = useState(false);
  if (!mayWrite) return null;
  const change: Change = lot.isQuarantined ? 'release' : 'quarantine';
  const IconShown = lot.isQuarantined ? IconLockOpen : IconLock;
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconShown size={15} />}
        onClick={() => setIsOpen(true)}
      >
        {WORDS[change].confirm}
      </Button>
      {isOpen && <LotDialog lot={lot} change={change} onClose={() => setIsOpen(false)} />}
    </>
  );
}

/** Where the goods of a lot lie, and in which condition. */
function Places({ places }: { places: LotStock['places'] }) {
  return (
    <ul className={classes.places}>
      {places.map(({ account, bin, condition, quantity }) => (
        <li key={`${account}/${bin}/${condition}`}>
          <span className="figures">{formatQuantity(quantity)}</span>
          <span className="quiet">{bin ? `${inWords(account)} · ${bin}` : inWords(account)}</span>
          {condition !== 'Available' && <StatusBadge status={condition} size="sm" />}
        </li>
      ))}
    </ul>
  );
}

function LotItem({ stock, lot }: { stock: LotStock; lot: Lot | undefined }) {
  const extras = [stock.serial && `serial ${stock.serial}`, stock.owner && `owned by ${stock.owner}`];
  return (
    <li className={classes.lot}>
      <div>
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {stock.lot ? `Lot ${stock.lot}` : 'Without a lot'}
          </Text>
          {lot?.isQuarantined && (
            <Badge
              color="red"
              className={badgeClasses.status}
              leftSection={<IconLock size={12} aria-hidden />}
            >
              Quarantined
            </Badge>
          )}
          <ExpiryBadge lastDay={stock.expiry} />
        </Group>
        <Text size="xs" className="quiet" component="div">
          Usable until <DayText day={stock.expiry} absent="any day" />
          {extras.filter(Boolean).map((extra) => ` · ${extra}`)}
        </Text>
      </div>
      <Places places={stock.places} />
      <dl className={classes.figures}>
        <dt>On hand</dt>
        <dd>
          <Quantity of={stock.onHand} />
        </dd>
        <dt>Reserved</dt>
        <dd>
          <Quantity of={stock.reserved} />
        </dd>
        <dt>Available</dt>
        <dd>
          <strong>
            <Quantity of={stock.available} />
          </strong>
        </dd>
      </dl>
      <div className={classes.action}>{lot && <LotAction lot={lot} />}</div>
    </li>
  );
}

function keyOf({ lot, serial, owner }: LotStock): string {
  return JSON.stringify([lot, serial, owner]);
}

/** The lots of a SKU at a site: how long they can be used, where they lie, and whether they may be used. */
export function LotsPanel({ stock }: { stock: Stock }) {
  const { data } = useQuery(lotsOfQuery(stock.sku));
  const lots = new Map(data?.items.map((lot) => [lot.id, lot]));
  return (
    <Panel title={`Lots at ${stock.site}`} flush>
      {stock.lots.length === 0 ? (
        <EmptyState compact icon={IconPackages} title="Nothing lies here now" />
      ) : (
        <ul className={classes.lots} aria-label="Lots">
          {stock.lots.map((lot) => (
            <LotItem key={keyOf(lot)} stock={lot} lot={lots.get(lot.lotId ?? '')} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
