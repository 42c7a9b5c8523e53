import type { TypedDocumentString } from '@/generated/graphql';
import { noteFreshness, type AsOf } from '@/live/freshness';
import { authorizedFetch } from './http';
import { ProblemError } from './problem';

interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; status?: number };
}

interface GraphqlAnswer<Data> {
  data?: Data | null;
  errors?: GraphqlError[];
  extensions?: { asOf?: AsOf };
}

function refusal(errors: GraphqlError[]): ProblemError {
  return new ProblemError({
    type: 'about:blank',
    title: 'The query was refused',
    status: errors[0]?.extensions?.status ?? 400,
    detail: errors[0]?.message,
    errors: errors.slice(1).map((error) => ({
      field: error.path?.join('.'),
      code: error.extensions?.code ?? 'graphql',
      message: error.message,
    })),
  });
}

/** Runs one typed document and notes how fresh the answer is. */
export async function execute<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const url = new URL('/graphql', window.location.origin);
  const response = await authorizedFetch(
    new Request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: signal ?? null,
    }),
  );
  const answer = (await response.json()) as GraphqlAnswer<Data>;
  if (answer.errors?.length) throw refusal(answer.errors);
  if (!answer.data) throw refusal([{ message: 'The answer has no data.' }]);
  if (answer.extensions?.asOf) noteFreshness(answer.extensions.asOf);
  return answer.data;
}
