import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '@/api/graphql';
import { queryKeys } from '@/api/queryKeys';
import { AlertDetailDocument, AlertListDocument, type AlertListQueryVariables } from '@/generated/graphql';

export function alertListQuery(variables: AlertListQueryVariables) {
  return queryOptions({
    queryKey: queryKeys.alertList(variables),
    queryFn: ({ signal }) => execute(AlertListDocument, variables, signal),
    placeholderData: keepPreviousData,
  });
}

export function alertQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.alert(id),
    queryFn: ({ signal }) => execute(AlertDetailDocument, { id }, signal),
  });
}
