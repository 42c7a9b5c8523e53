/** One thing that is wrong with an input. */
export interface Fault {
  field?: string | null;
  code: string;
  message: string;
}

/** What of a line there is not enough of. Decimals are text. */
export interface Shortage {
  lineNumber: string;
  sku: string;
  unit: string;
  requested: string;
  available: string;
  short: string;
}

/** A problem document (RFC 9457), the one form in which the server refuses anything. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  correlationId?: string;
  errors?: Fault[];
  /** Where stock is not enough: for which lines, and by how much. */
  shortages?: Shortage[];
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && typeof value.title === 'string';
}

const STATUS_WORDS: Record<number, string> = {
  401: 'You are not signed in',
  403: 'You are not permitted to do this',
  404: 'This does not exist',
  429: 'Too many requests, please wait a moment',
  502: 'The server does not answer',
  503: 'The server is busy, please try again',
  504: 'The server took too long to answer',
};

/** The problem document of a refused response; where it carries none, one that says what is known. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  if (isProblem(body)) return new ProblemError({ ...body, status: body.status ?? response.status });
  return new ProblemError({
    type: 'about:blank',
    title: STATUS_WORDS[response.status] ?? `The server answered ${response.status} ${response.statusText}`,
    status: response.status,
  });
}

const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'The server can not be reached',
  status: 0,
  detail: 'Check the network connection. What you see may be out of date.',
};

/** Any thrown value as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  // `fetch` reports every failure of the network as a TypeError.
  if (error instanceof TypeError) return UNREACHABLE;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: 'about:blank', title: 'Something went wrong', status: 0, detail };
}

/** Whether asking again could help: refusals of the client's request stay refused. */
export function isWorthRetrying(error: unknown): boolean {
  const { status } = asProblem(error);
  return status === 0 || status === 429 || status >= 500;
}
