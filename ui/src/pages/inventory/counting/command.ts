import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { useCommand } from '@/api/useCommand';
import type { components } from '@/generated/rest';
import { orNothing } from '../scan/lines';
import type { Count } from '../shared/queries';

type CountDraft = components['schemas']['CountStock'];

/** A line as it is filled in. */
export type CountedLine = Record<'bin' | 'sku' | 'lot' | 'value' | 'unit', string>;

export const NO_LINE: CountedLine = { bin: '', sku: '', lot: '', value: '', unit: '' };

/** The lines in the form that the server takes. Those without a bin were counted in the receiving area. */
export function countOf(site: string, lines: CountedLine[]): CountDraft {
  return {
    site: site.trim(),
    lines: lines.map(({ bin, sku, lot, value, unit }) => ({
      bin: orNothing(bin),
      sku: sku.trim(),
      lot: orNothing(lot),
      counted: { value: value.trim(), unit: unit.trim() },
    })),
  };
}

export function useCount(onDone: (count: Count) => void) {
  return useCommand({
    send: async (body: CountDraft, header) =>
      bodyOf(await rest.POST('/inventory/counts', { params: { header }, body })),
    outdates: queryKeys.inventory,
    onDone,
  });
}

/** Whether the books shall follow a count, or why not. */
export type Verdict = { kind: 'approve' } | { kind: 'reject'; reason: string };

export function useVerdict(id: string, onDone: (verdict: Verdict) => void) {
  return useCommand({
    send: async (verdict: Verdict, header) => {
      const params = { path: { id }, header };
      if (verdict.kind === 'approve') {
        return bodyOf(await rest.POST('/inventory/counts/{id}/approve', { params, body: {} }));
      }
      const body = { reason: verdict.reason };
      return bodyOf(await rest.POST('/inventory/counts/{id}/reject', { params, body }));
    },
    outdates: queryKeys.inventory,
    onDone: (_count, verdict) => onDone(verdict),
  });
}
