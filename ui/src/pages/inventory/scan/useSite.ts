import { useLocalStorage } from '@mantine/hooks';

/** The site that this device works at: it was told once, and rarely changes. */
export function useSite() {
  return useLocalStorage({ key: 'imsop.site', defaultValue: '' });
}
