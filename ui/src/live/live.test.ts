import { describe, expect, test } from 'vitest';
import { reconnectDelay } from './backoff';
import { parseLiveMessage } from './messages';

describe('messages of the live connection', () => {
  test('states come in the form of GraphQL, so that they fit what is on the page', () => {
    const message = parseLiveMessage('{"type":"shipment","id":"1","status":"InTransit"}');
    expect(message).toMatchObject({ type: 'shipment', id: '1', status: 'IN_TRANSIT' });
    const alert = parseLiveMessage('{"type":"alert","id":"2","status":"Raised","severity":"Critical"}');
    expect(alert).toMatchObject({ status: 'RAISED', severity: 'CRITICAL' });
  });

  test('a type that this page does not know is left out', () => {
    expect(parseLiveMessage('{"type":"weather"}')).toBeUndefined();
  });
});

describe('reconnecting', () => {
  test('pauses grow with every failure, and never beyond their limit', () => {
    const delays = Array.from({ length: 12 }, (_, attempt) => reconnectDelay(attempt));
    const last = Math.max(...delays);
    expect(delays[0]).toBeLessThan(last);
    expect(last).toBeLessThanOrEqual(60_000);
    expect(Math.min(...delays)).toBeGreaterThan(0);
  });
});
