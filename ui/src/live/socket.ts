import { freshAccessToken } from '@/api/session';
import { reconnectDelay } from './backoff';
import { parseLiveMessage, type LiveMessage } from './messages';

export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline';

interface LiveSocketOptions {
  onMessage: (message: LiveMessage) => void;
  onState: (state: ConnectionState) => void;
  /** Called when a connection stands again after one was lost: what happened meanwhile was missed. */
  onReconnected: () => void;
}

const PROTOCOL = 'imsop.v1';
/** A failed handshake is reported only after so many, so that one hiccup does not alarm anyone. */
const ATTEMPTS_BEFORE_OFFLINE = 3;
/** A connection that stood this long counts as healthy: the next loss starts the waiting anew. */
const HEALTHY_AFTER_MS = 5_000;

function liveAddress(): string {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${window.location.host}/viz/live`;
}

/** The connection to `/viz/live`, which comes back by itself until it is closed. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private attempt = 0;
  private wasLive = false;
  private openedAt = 0;
  private closed = false;
  private watched: string | null = null;

  constructor(private readonly options: LiveSocketOptions) {
    window.addEventListener('online', this.retryNow);
    document.addEventListener('visibilitychange', this.retryWhenVisible);
    void this.connect();
  }

  /** Asks for the telemetry of one shipment, or of none; remembered over reconnections. */
  watch(shipmentId: string | null): void {
    const previous = this.watched;
    this.watched = shipmentId;
    if (previous) this.send({ type: 'unwatch', shipmentId: previous });
    if (shipmentId) this.send({ type: 'watch', shipmentId });
  }

  close(): void {
    this.closed = true;
    window.removeEventListener('online', this.retryNow);
    document.removeEventListener('visibilitychange', this.retryWhenVisible);
    if (this.timer !== null) clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private async connect(): Promise<void> {
    this.options.onState(this.wasLive || this.attempt > 0 ? this.stateWhileTrying() : 'connecting');
    let accessToken: string;
    try {
      accessToken = await freshAccessToken();
    } catch {
      this.scheduleRetry();
      return;
    }
    if (this.closed) return;
    const socket = new WebSocket(liveAddress(), [PROTOCOL, `bearer.${accessToken}`]);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = ({ data }: MessageEvent<string>) => this.received(data);
    socket.onclose = () => this.lost(socket);
  }

  private opened(): void {
    this.openedAt = Date.now();
    this.options.onState('live');
    if (this.wasLive) this.options.onReconnected();
    this.wasLive = true;
    if (this.watched) this.send({ type: 'watch', shipmentId: this.watched });
  }

  private received(frame: string): void {
    const message = parseLiveMessage(frame);
    if (message) this.options.onMessage(message);
  }

  private lost(socket: WebSocket): void {
    if (this.closed || this.socket !== socket) return;
    this.socket = null;
    if (this.openedAt > 0 && Date.now() - this.openedAt > HEALTHY_AFTER_MS) this.attempt = 0;
    this.openedAt = 0;
    this.scheduleRetry();
  }

  private stateWhileTrying(): ConnectionState {
    return this.attempt >= ATTEMPTS_BEFORE_OFFLINE ? 'offline' : 'reconnecting';
  }

  private scheduleRetry(): void {
    if (this.closed) return;
    const delay = reconnectDelay(this.attempt);
    this.attempt += 1;
    this.options.onState(this.stateWhileTrying());
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.connect();
    }, delay);
  }

  private readonly retryNow = (): void => {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    void this.connect();
  };

  private readonly retryWhenVisible = (): void => {
    if (document.visibilityState === 'visible') this.retryNow();
  };
}
