import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PromiseChart } from '@/components/charts/PromiseChart';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay, formatQuantity } from '@/domain/format';
import { today } from '@/domain/stock';
import { promisableQuery, type Feed, type Promisable } from '../shared/queries';
import { OrderLink } from '../shared/values';
import classes from './PromisePanel.module.css';

const KIND_WORDS: Record<Feed['kind'], string> = {
  onHand: 'On hand, lot',
  reserved: 'Reserved of lot',
  expiry: 'Expires, lot',
  expectedReceipt: 'Expected by',
  backorder: 'Waited for by',
};

/** The kinds that can come without a lot, and then are told without the word for it. */
const KIND_WORDS_ALONE: Partial<Record<Feed['kind'], string>> = {
  onHand: 'On hand',
  reserved: 'Reserved',
  expiry: 'Expires',
};

function FeedWhat({ kind, reference }: Feed) {
  if (!reference) return KIND_WORDS_ALONE[kind] ?? KIND_WORDS[kind];
  return (
    <>
      {KIND_WORDS[kind]} <b>{kind === 'backorder' ? <OrderLink orderId={reference} /> : reference}</b>
    </>
  );
}

function signed({ value, unit }: Feed['quantity']): string {
  const amount = formatQuantity({ value: value.replace(/^-/, ''), unit });
  return value.startsWith('-') ? `−${amount}` : `+${amount}`;
}

/** What counts now comes first; what changes later comes by its day. */
function inOrder(feeds: Feed[]): Feed[] {
  return [...feeds].sort((a, b) => (a.date ?? '').localeCompare(b.date ?? ''));
}

function Feeds({ feeds }: { feeds: Feed[] }) {
  return (
    <ul className={classes.feeds} aria-label="What goes into it" tabIndex={0}>
      {inOrder(feeds).map((feed, index) => (
        <li key={index}>
          <div>
            <FeedWhat {...feed} />
            {feed.date && <div className="quiet figures">{formatDay(feed.date)}</div>}
          </div>
          <span className="figures" data-less={feed.quantity.value.startsWith('-') || undefined}>
            {signed(feed.quantity)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function PromiseDetails({ promisable }: { promisable: Promisable }) {
  const points = [{ date: today(), available: promisable.now }, ...promisable.byDate];
  return (
    <>
      <Text fz={28} fw={650} lh={1.1} className="figures">
        {formatQuantity(promisable.now)}
      </Text>
      <Text size="xs" className="quiet" mb="xs">
        may be promised now
      </Text>
      {promisable.byDate.length > 0 && <PromiseChart points={points} />}
      <Feeds feeds={promisable.feeds} />
    </>
  );
}

/** What may be promised at a site, now and by date, with everything that goes into the figures. */
export function PromisePanel({ sku, site }: { sku: string; site: string }) {
  const query = useQuery(promisableQuery(sku, site));
  const promisable = query.data?.items[0];
  return (
    <Panel title={`Available to promise at ${site}`}>
      {promisable && <PromiseDetails promisable={promisable} />}
      {!promisable && query.error && (
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <Skeleton height={240} />}
    </Panel>
  );
}
