/** The reason why a source has no value, as the server sends it in place of one. */
export interface Missing {
  status: string;
  line?: string;
  shipmentNumber?: string;
  text?: string;
}

/** Whether a value is the object by which a source says why there is no value. */
export function isMissing(value: unknown): value is Missing {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'string';
}

const MISSING_WORDS: Record<string, string> = {
  notCaptured: 'not captured',
  notApplicable: 'not applicable',
  capturedSeparately: 'captured separately',
  includedInCommodityCost: 'included in commodity cost',
  invoicedSeparately: 'invoiced separately',
  beforePriceQuoteProcess: 'before price quote process',
  fulfilledFromStock: 'fulfilled from stock',
};

/** Why a value is missing, in words for a reader. */
export function missingInWords(missing: Missing): string {
  if (missing.status === 'recordedOnLine') {
    return `recorded on line ${missing.line ?? '?'} of ${missing.shipmentNumber ?? 'another shipment'}`;
  }
  if (missing.status === 'other' && missing.text) return missing.text;
  return MISSING_WORDS[missing.status] ?? missing.status;
}

/** The known value, or nothing when the source gave none. Null counts as missing without a reason. */
export function knownValue<T>(value: unknown): T | undefined {
  if (value === null || value === undefined || isMissing(value)) return undefined;
  return value as T;
}
