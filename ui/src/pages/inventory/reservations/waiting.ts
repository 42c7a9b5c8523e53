import { isZero } from '@/domain/decimal';
import type { Reservation } from '../shared/queries';

type Line = Reservation['lines'][number];

/** The lines of which a part waits for goods to come. A reservation that has ended waits for nothing. */
export function waitingLines({ status, lines }: Reservation): Line[] {
  if (['Released', 'Expired', 'Rejected'].includes(status)) return [];
  return lines.filter(({ backordered }) => !isZero(backordered.value));
}
