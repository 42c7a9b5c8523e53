import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { PageParams } from '@/domain/searchParams';

/** The first page has no cursor; in the trail it is an empty text. */
const FIRST_PAGE = '';

/**
 * The filters and the page of a list live in the address, so that a view can be sent to a colleague and
 * the browser's own back button works. The cursors of the pages before are kept in the history's entry.
 */
export function usePagedSearch<Filters extends PageParams>(filters: Filters) {
  const navigate = useNavigate();
  const trail = useRouterState({ select: (state) => state.location.state.trail });
  const page = filters.page ?? 1;

  const goTo = useCallback(
    (search: Filters, nextTrail: string[] | undefined, replace: boolean) => {
      void navigate({
        to: '.',
        search: search as never,
        state: (state) => ({ ...state, trail: nextTrail }),
        replace,
        resetScroll: false,
      });
    },
    [navigate],
  );

  return {
    page,
    canGoBack: trail !== undefined && trail.length > 0,
    /** Changes filters, and so starts again at the first page. */
    filter: (change: Partial<Filters>) =>
      goTo({ ...filters, after: undefined, page: undefined, ...change }, undefined, true),
    /** Changes what is shown beside the list, on the same page. */
    keepPage: (change: Partial<Filters>) => goTo({ ...filters, ...change }, trail, true),
    goToNext: (cursor: string) =>
      goTo(
        { ...filters, after: cursor, page: page + 1 },
        [...(trail ?? []), filters.after ?? FIRST_PAGE],
        false,
      ),
    goBack: () => {
      if (!trail?.length) return;
      const after = trail.at(-1) || undefined;
      goTo({ ...filters, after, page: after ? page - 1 : undefined }, trail.slice(0, -1), false);
    },
    goToFirst: () => goTo({ ...filters, after: undefined, page: undefined }, undefined, false),
  };
}
