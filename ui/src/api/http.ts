import { problemOf } from './problem';
import { freshAccessToken, refreshSession } from './session';

function withToken(request: Request, accessToken: string): Request {
  const authorized = new Request(request);
  authorized.headers.set('authorization', `Bearer ${accessToken}`);
  return authorized;
}

/**
 * `fetch` with the session's token. A refused token is renewed once and the request repeated; every other
 * refusal is thrown as its problem document.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  const accessToken = await freshAccessToken();
  const repeatable = request.clone();
  let response = await fetch(withToken(request, accessToken));
  if (response.status === 401) {
    const renewed = await refreshSession(accessToken);
    response = await fetch(withToken(repeatable, renewed.accessToken));
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}
