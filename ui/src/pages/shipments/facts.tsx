import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Fact } from '@/components/Facts';
import { CapturedText, CapturedTime, NoValue, TimeText } from '@/components/values';
import { formatMoney, formatQuantity, inWords } from '@/domain/format';
import type { Shipment } from './queries';

function Assets({ assets }: Pick<Shipment, 'assets'>) {
  if (assets.length === 0) return <NoValue>none</NoValue>;
  return assets.map(({ id, assetNumber }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <Anchor component={Link} to="/assets/$id" params={{ id } as never} inherit>
        {assetNumber}
      </Anchor>
    </span>
  ));
}

export function factsOf(shipment: Shipment): Fact[] {
  return [
    { label: 'Promised', value: <TimeText at={shipment.promisedDelivery} /> },
    { label: 'Expected', value: <TimeText at={shipment.estimatedDelivery} /> },
    {
      label: 'Delivered',
      value: shipment.actualDelivery ? <TimeText at={shipment.actualDelivery} /> : <NoValue>not yet</NoValue>,
    },
    {
      label: 'Departed',
      value: (
        <CapturedTime
          value={shipment.departedAt}
          absent={shipment.status === 'CREATED' ? 'not yet' : 'not captured'}
        />
      ),
    },
    {
      label: 'Mode',
      value: <CapturedText value={shipment.mode}>{(mode: string) => inWords(mode)}</CapturedText>,
    },
    {
      label: 'Weight',
      value: (
        <CapturedText value={shipment.weight}>
          {(weight: { value: string; unit: string }) => formatQuantity(weight)}
        </CapturedText>
      ),
    },
    {
      label: 'Freight cost',
      value: (
        <CapturedText value={shipment.freightCost}>
          {(cost: { amount: string; currency: string }) => formatMoney(cost)}
        </CapturedText>
      ),
    },
    { label: 'Assets', value: <Assets assets={shipment.assets} /> },
  ];
}
