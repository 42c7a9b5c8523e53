import { useQuery } from '@tanstack/react-query';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import type { Permission } from '@/domain/permissions';

/** Who is signed in, and what they may do. */
export function useMe() {
  return useQuery({
    queryKey: queryKeys.me,
    queryFn: async ({ signal }) => bodyOf(await rest.GET('/auth/validate', { signal })),
    staleTime: 60_000,
  });
}

export function useMay(permission: Permission): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}
