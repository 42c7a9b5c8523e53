/**
 * A random key for one command. `crypto.randomUUID` exists only on secure origins, and the platform is often
 * opened by plain HTTP inside a site's own network.
 */
export function newCommandKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
