/** Rows on a page of a list. */
export const PAGE_LIMIT = 25;
