/** The platform as a process of its own, and the things that a browser test makes in it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';

export const PASSWORD = 'a password for tests only';
const READY_WITHIN_MS = 30_000;

const uiRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const targetFolder = path.resolve(uiRoot, process.env.CARGO_TARGET_DIR ?? '../target');
/** The program under test: the one that was built last, unless another one is named. */
const binary = process.env.IMSOP_BINARY ?? path.join(targetFolder, 'debug/imsop');

/** The columns that the adapter for SCMS deliveries reads; the header is the one of the published file. */
const SCMS_HEADER =
  'ID,Project Code,PQ #,PO / SO #,ASN/DN #,Country,Managed By,Fulfill Via,Vendor INCO Term,Shipment Mode,PQ First Sent to Client Date,PO Sent to Vendor Date,Scheduled Delivery Date,Delivered to Client Date,Delivery Recorded Date,Product Group,Sub Classification,Vendor,Item Description,Molecule/Test Type,Brand,Dosage,Dosage Form,Unit of Measure (Per Pack),Line Item Quantity,Line Item Value,Pack Price,Unit Price,Manufacturing Site,First Line Designation,Weight (Kilograms),Freight Cost (USD),Line Item Insurance (USD)';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export class Platform {
  private process: ChildProcess | undefined;
  private token = '';
  url = '';

  private constructor(
    private readonly command: string,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(command = 'serve'): Promise<Platform> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'imsop-browser-'));
    const platform = new Platform(command, await freePort(), folder);
    await platform.begin();
    return platform;
  }

  /** Starts the process, again after `kill`. */
  async begin(): Promise<void> {
    if (!existsSync(binary))
      throw new Error(`no program to test at ${binary}: build it, or set IMSOP_BINARY`);
    const listen = `127.0.0.1:${this.port}`;
    this.url = `http://${listen}`;
    this.process = spawn(binary, [this.command, '--data-dir', this.folder, '--listen', listen], {
      env: { ...process.env, IMSOP_ADMIN_PASSWORD: PASSWORD, IMSOP_LOG: 'warn' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const started = Date.now();
    for (;;) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) break;
      if (Date.now() - started > READY_WITHIN_MS) throw new Error('the platform does not get ready');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const login = await fetch(`${this.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: PASSWORD }),
    });
    this.token = ((await login.json()) as { accessToken: string }).accessToken;
  }

  kill(): void {
    this.process?.kill('SIGKILL');
  }

  stop(): void {
    this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async request<T>(method: string, target: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}${target}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async graphql<T>(query: string): Promise<T> {
    return (await this.request<{ data: T }>('POST', '/graphql', { query })).data;
  }

  /** A chilled shipment on its way, with a container whose device reports. */
  async chilledShipment(number: string, device: string): Promise<string> {
    const from = { city: 'Basel', country: 'CH', location: { latitude: 47.56, longitude: 7.59 } };
    const to = { city: 'Nairobi', country: 'KE', location: { latitude: -1.32, longitude: 36.9 } };
    await this.request('POST', '/operations/orders', {
      orderNumber: `SO-${number}`,
      customer: { name: 'Aurelia Pharma' },
      shippingAddress: to,
      lines: [
        {
          description: 'Influenza vaccine',
          quantity: { value: '100', unit: 'EA' },
          unitPrice: { amount: '84.50', currency: 'EUR' },
        },
      ],
    });
    const shipment = await this.request<{ id: string }>('POST', '/operations/shipments', {
      trackingNumber: number,
      origin: from,
      destination: to,
      carrier: { name: 'Meridian Air' },
      mode: 'Air',
      estimatedDelivery: new Date(Date.now() + 3 * 86_400_000).toISOString(),
      lines: [{ orderNumber: `SO-${number}`, lineNumber: '1', quantity: { value: '100', unit: 'EA' } }],
      temperatureRange: { minimum: 2, maximum: 8 },
    });
    const asset = await this.request<{ id: string }>('POST', '/operations/assets', {
      assetNumber: `RFR-${number}`,
      assetType: 'ReeferContainer',
      deviceIds: [device],
      temperatureRange: { minimum: 2, maximum: 8 },
    });
    await this.request('POST', `/operations/assets/${asset.id}/assign`, { shipmentId: shipment.id });
    await this.request('POST', `/operations/shipments/${shipment.id}/depart`, {});
    return shipment.id;
  }

  /** Imports a file with one row, and waits until the shipment that it tells of is there. */
  async importDelivery(line: string, shipment: string): Promise<void> {
    const row = `${line},151-NG-T01,Pre-PQ Process,SO-${line},${shipment},Nigeria,PMO - US,From RDC,N/A - From RDC,Air Charter,Date Not Captured,N/A - From RDC,4-Aug-09,4-Aug-09,4-Aug-09,ARV,Adult,SCMS from RDC,"Truvada, tablets, 30 Tabs",Emtricitabine,Truvada,300/200mg,Tablet - FDC,30,100,2625,26.25,0.88,"Aspen-OSD, Port Elizabeth, SA",Yes,13037,7445.8,7708.44`;
    const answer = await fetch(`${this.url}/ingest/files?adapter=scms&name=deliveries.csv`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'text/csv' },
      body: `${SCMS_HEADER}\n${row}\n`,
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const started = Date.now();
    for (;;) {
      const { shipments } = await this.graphql<{ shipments: { id: string }[] }>(
        `{ shipments(number: "${shipment}") { id } }`,
      );
      if (shipments.length > 0) return;
      if (Date.now() - started > READY_WITHIN_MS) throw new Error(`${shipment} was not imported`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Sends temperatures over the socket, one after the other, and waits until each is durable. */
  async sendTemperatures(device: string, values: number[]): Promise<void> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/ingest/telemetry`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    for (const temperature of values) {
      const timestamp = new Date().toISOString();
      socket.send(
        JSON.stringify({ deviceId: device, eventType: 'reading', timestamp, payload: { temperature } }),
      );
      const answer = await new Promise<string>((resolve) =>
        socket.once('message', (data) => resolve(String(data))),
      );
      const { acks } = JSON.parse(answer) as { acks?: { status: string }[] };
      if (acks?.[0]?.status !== 'accepted') throw new Error(answer);
    }
    socket.close();
  }
}
