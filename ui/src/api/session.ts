import type { components } from '@/generated/rest';
import { ProblemError, problemOf } from './problem';

type SessionTokens = components['schemas']['SessionTokens'];

export interface Session {
  accessToken: string;
  refreshToken: string;
  /** When the access token expires, on this machine's clock. */
  expiresAt: number;
}

const STORAGE_KEY = 'imsop.session';
const LOCK_NAME = 'imsop.refresh';
/** A token is renewed this long before it expires, so that it is still valid when the request arrives. */
const RENEW_BEFORE_MS = 30_000;

type Listener = () => void;

const listeners = new Set<Listener>();
/**
 * A tab that was duplicated starts with a copy of the same refresh token. Rotation makes that copy
 * worthless, and using it would look like theft; so whoever rotates tells the other tabs.
 */
const rotations = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('imsop.rotations');
interface Rotation {
  replaced: string;
  session: Session;
}

let session: Session | null = readStored();
let refreshUnderWay: Promise<Session> | null = null;

function readStored(): Session | null {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  if (!stored) return null;
  try {
    return JSON.parse(stored) as Session;
  } catch {
    return null;
  }
}

function setSession(next: Session | null): void {
  session = next;
  if (next) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next));
  else sessionStorage.removeItem(STORAGE_KEY);
  for (const listener of listeners) listener();
}

if (rotations) {
  rotations.onmessage = ({ data }: MessageEvent<Rotation>) => {
    if (session?.refreshToken === data.replaced) setSession(data.session);
  };
}

function sessionFrom(tokens: SessionTokens): Session {
  return {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    expiresAt: Date.now() + tokens.expiresIn * 1000,
  };
}

async function postAuth(path: string, body: unknown): Promise<Response> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Runs one refresh at a time over all tabs of the origin, where the browser can lock. */
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(LOCK_NAME, work) as Promise<T>;
}

async function rotate(stale: string): Promise<Session> {
  const current = session;
  if (!current) throw new ProblemError({ type: 'about:blank', title: 'You are not signed in', status: 401 });
  // Another tab may have rotated while this one waited for the lock.
  if (current.accessToken !== stale) return current;
  try {
    const response = await postAuth('/auth/refresh', { refreshToken: current.refreshToken });
    const next = sessionFrom((await response.json()) as SessionTokens);
    setSession(next);
    rotations?.postMessage({ replaced: current.refreshToken, session: next } satisfies Rotation);
    // The lock is held until the message has had a turn to arrive in the other tabs.
    await new Promise((resolve) => setTimeout(resolve, 0));
    return next;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) setSession(null);
    throw error;
  }
}

/** Replaces the given access token. All callers that find it stale share one refresh. */
export function refreshSession(staleAccessToken: string): Promise<Session> {
  refreshUnderWay ??= exclusively(() => rotate(staleAccessToken)).finally(() => {
    refreshUnderWay = null;
  });
  return refreshUnderWay;
}

/** An access token that will not expire before a request made now arrives. */
export async function freshAccessToken(): Promise<string> {
  if (!session) throw new ProblemError({ type: 'about:blank', title: 'You are not signed in', status: 401 });
  if (session.expiresAt - Date.now() > RENEW_BEFORE_MS) return session.accessToken;
  return (await refreshSession(session.accessToken)).accessToken;
}

export async function signIn(username: string, password: string): Promise<void> {
  const response = await postAuth('/auth/login', { username, password });
  setSession(sessionFrom((await response.json()) as SessionTokens));
}

/** Forgets the session at once; that the server also revokes it is tried, not awaited by the user. */
export function signOut(): void {
  const ended = session;
  setSession(null);
  if (!ended) return;
  void fetch('/auth/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ended.accessToken}` },
    body: JSON.stringify({ refreshToken: ended.refreshToken }),
    keepalive: true,
  }).catch(() => undefined);
}

export function currentSession(): Session | null {
  return session;
}

export function onSessionChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
