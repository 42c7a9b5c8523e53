/** Date pickers know no zones: they read and write `2026-11-21 14:05:00`. Here that is always UTC. */

export function toPicker(iso: string): string {
  return new Date(iso).toISOString().slice(0, 19).replace('T', ' ');
}

export function fromPicker(picked: string): string {
  return `${picked.replace(' ', 'T')}Z`;
}
