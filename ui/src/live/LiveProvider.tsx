import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import { announceAlerts } from './announceAlerts';
import { applyBatch } from './applyBatch';
import { createCoalescer } from './coalescer';
import { noteFreshness } from './freshness';
import { createRefetcher } from './refetchLater';
import { LiveSocket, type ConnectionState } from './socket';

interface Live {
  connection: ConnectionState;
  watch: (shipmentId: string | null) => void;
}

const LiveContext = createContext<Live>({ connection: 'connecting', watch: () => undefined });

/** Keeps one live connection for as long as the user is signed in, and its changes flowing into the cache. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connection, setConnection] = useState<ConnectionState>('connecting');
  const socketRef = useRef<LiveSocket | null>(null);
  // A page's effect runs before this one: its wish is kept until there is a socket.
  const watchedRef = useRef<string | null>(null);

  useEffect(() => {
    const refetch = createRefetcher(client);
    const coalescer = createCoalescer((batch) => {
      announceAlerts([...batch.alerts.values()]);
      applyBatch(client, refetch, batch);
    });
    const socket = new LiveSocket({
      onMessage: (message) => {
        if (message.type === 'hello' && message.asOf) noteFreshness(message.asOf);
        coalescer.add(message);
      },
      onState: setConnection,
      onReconnected: () => void client.invalidateQueries(),
    });
    socketRef.current = socket;
    socket.watch(watchedRef.current);
    return () => {
      socket.close();
      coalescer.stop();
      refetch.stop();
    };
  }, [client]);

  const watch = useCallback((shipmentId: string | null) => {
    watchedRef.current = shipmentId;
    socketRef.current?.watch(shipmentId);
  }, []);
  const live = useMemo<Live>(() => ({ connection, watch }), [connection, watch]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useConnection(): ConnectionState {
  return useContext(LiveContext).connection;
}

/** Streams the telemetry of a shipment into its page while the page is open. */
export function useWatchedShipment(shipmentId: string | undefined): void {
  const { watch } = useContext(LiveContext);
  useEffect(() => {
    if (!shipmentId) return;
    watch(shipmentId);
    return () => watch(null);
  }, [shipmentId, watch]);
}
