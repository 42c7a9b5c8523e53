import createClient from 'openapi-fetch';
import type { paths } from '@/generated/rest';
import { authorizedFetch } from './http';

/** The REST client, its paths and bodies typed by the server's OpenAPI document. Refusals are thrown. */
export const rest = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: authorizedFetch,
});

/** The body of an answer. `authorizedFetch` has thrown already if there is none. */
export function bodyOf<Data>(answer: { data?: Data }): Data {
  if (answer.data === undefined) throw new Error('The answer has no body.');
  return answer.data;
}
