import { readFlag, readPage, type PageParams, type RawSearch } from '@/domain/searchParams';

export interface CountFilters extends PageParams {
  /** Only those that wait for an approval. */
  open?: boolean;
}

export function readCountFilters(search: RawSearch): CountFilters {
  return { open: readFlag(search.open), ...readPage(search) };
}
