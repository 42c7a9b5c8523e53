import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { useCommand } from '@/api/useCommand';
import type { components } from '@/generated/rest';
import { orNothing } from '../scan/lines';
import type { Receipt } from '../shared/queries';

export type ReceiptDraft = components['schemas']['Receive'];

/** A line as it is filled in. */
export type ReceivedLine = Record<'sku' | 'value' | 'unit' | 'lot' | 'expiry' | 'bin', string>;

export const NO_LINE: ReceivedLine = { sku: '', value: '', unit: '', lot: '', expiry: '', bin: '' };

/** The lines in the form that the server takes. Those without a bin wait in the receiving area. */
export function receiptOf(site: string, reference: string, lines: ReceivedLine[]): ReceiptDraft {
  return {
    site: site.trim(),
    reference: orNothing(reference),
    lines: lines.map(({ sku, value, unit, lot, expiry, bin }) => ({
      sku: sku.trim(),
      quantity: { value: value.trim(), unit: unit.trim() },
      lot: orNothing(lot),
      expiry: orNothing(expiry),
      bin: orNothing(bin),
    })),
  };
}

export function useReceive(onDone: (receipt: Receipt) => void) {
  return useCommand({
    send: async (body: ReceiptDraft, header) =>
      bodyOf(await rest.POST('/inventory/receipts', { params: { header }, body })),
    outdates: queryKeys.inventory,
    onDone,
  });
}
