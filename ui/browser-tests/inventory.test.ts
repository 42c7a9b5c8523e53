/** What the warehouse sees and does, in a real browser on the real binary. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Platform } from './platform';
import { overflowOf, PATIENCE_MS, signIn, Watcher } from './watcher';

const DESK = { width: 1440, height: 900 };
const HANDHELD = { width: 360, height: 740 };
const VACCINE = 'VAC-INF-10';

let platform: Platform;
let browser: Browser;
let page: Page;
let watcher: Watcher;

const pieces = (value: string) => ({ value, unit: 'EA' });

type Figures = Record<'onHand' | 'available', { value: string }>;

interface Reservation {
  id: string;
  status: string;
}

async function stockOf(sku: string): Promise<Figures> {
  const { items } = await platform.request<{ items: Figures[] }>('GET', `/inventory/stock/${sku}`);
  assert.ok(items[0], `${sku} is nowhere in stock`);
  return items[0];
}

async function reserve(orderId: string, value: string): Promise<Reservation> {
  return platform.request('POST', '/inventory/reservations', {
    orderId,
    site: 'BSL-01',
    lines: [{ sku: VACCINE, quantity: pieces(value) }],
  });
}

/** Places an order, and waits until inventory has promised what it can. */
async function placeOrder(orderNumber: string, value: string): Promise<string> {
  const { id } = await platform.request<{ id: string }>('POST', '/operations/orders', {
    orderNumber,
    customer: { name: 'Aurelia Pharma' },
    shippingAddress: { city: 'Nairobi', country: 'KE' },
    lines: [
      {
        sku: VACCINE,
        description: 'Influenza vaccine',
        quantity: pieces(value),
        unitPrice: { amount: '8.50', currency: 'EUR' },
      },
    ],
  });
  const started = Date.now();
  for (;;) {
    const found = await platform.request<{ items: unknown[] }>(
      'GET',
      `/inventory/reservations?orderId=${id}`,
    );
    if (found.items.length > 0) return id;
    assert.ok(Date.now() - started < PATIENCE_MS, 'nothing was promised to the order');
    await page.waitForTimeout(100);
  }
}

/** What a scanner does with a code: it types it, and ends it with Enter. */
async function scan(...codes: string[]): Promise<void> {
  for (const code of codes) {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  }
}

/** Chooses a command of the reservation, and confirms it in its dialog. */
async function command(name: string, packages?: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog');
  if (packages) await dialog.getByLabel('Packages').fill(packages);
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

before(async () => {
  platform = await Platform.start();
  await platform.request('PUT', `/inventory/items/${VACCINE}`, {
    unit: 'EA',
    description: 'Influenza vaccine',
    packs: [{ unit: 'XPK', holds: '10' }],
  });
  browser = await chromium.launch({
    executablePath: process.env.IMSOP_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage({ viewport: DESK });
  watcher = new Watcher(platform.url);
  watcher.watch(page);
});

after(async () => {
  await browser?.close();
  platform?.stop();
});

describe('the inventory', { concurrency: false }, () => {
  test('is found in the menu, and says that it is empty', async () => {
    await page.goto(platform.url);
    await signIn(page);
    const menu = page.getByRole('navigation', { name: 'Pages' });
    await menu.getByRole('link', { name: 'Inventory' }).click();
    await page.getByText('There is no stock yet').waitFor();
  });

  test('goods are received on a handheld with a scanner alone, line by line', async () => {
    await page.setViewportSize(HANDHELD);
    await page.goto(`${platform.url}/receiving`);
    await page.getByLabel('Site').click();
    await scan('BSL-01');
    await page.getByLabel('SKU').click();
    await scan(VACCINE, '400', 'L-2207', '', 'A-01-03');
    await scan(VACCINE, '100', 'L-2214', '', 'A-01-04');
    const lines = page.getByRole('list', { name: 'Lines so far' });
    assert.equal(await lines.getByRole('listitem').count(), 2);
    assert.ok(await page.getByLabel('SKU').evaluate((field) => field === document.activeElement));
    await page.getByRole('button', { name: 'Book the receipt (2 lines)' }).click();
    await page.getByText('Received at BSL-01').waitFor();
    assert.ok((await overflowOf(page)) <= 1);
    assert.equal((await stockOf(VACCINE)).onHand.value, '500');
  });

  test('lines that were scanned are still there after the page was loaded anew', async () => {
    await page.getByRole('button', { name: 'Receive more' }).click();
    await page.getByLabel('SKU').click();
    await scan(VACCINE, '5', '', '', '');
    await page.reload();
    await page.getByText(`${VACCINE} · 5 pcs`).waitFor();
    await page.getByRole('button', { name: 'Take out line 1' }).click();
    await page.getByText('Scan or type the first line.').waitFor();
    await page.setViewportSize(DESK);
  });

  test('the page of a SKU tells what may be promised, where its lots lie, and how they came', async () => {
    await page.goto(`${platform.url}/stock?sku=VAC`);
    await page.getByRole('link', { name: VACCINE }).click();
    await page.getByRole('heading', { name: VACCINE }).waitFor();
    await page.getByRole('list', { name: 'Lots' }).getByText('Storage · A-01-03').waitFor();
    await page.getByRole('list', { name: 'What goes into it' }).getByText('L-2207').waitFor();
    await page.getByRole('button', { name: 'Goods received' }).first().click();
    await page.getByRole('dialog').getByText('Received without a document').waitFor();
    await page.keyboard.press('Escape');
  });

  test('a lot is quarantined with a reason, and released again', async () => {
    const lot = page.getByRole('list', { name: 'Lots' }).getByRole('listitem').filter({ hasText: 'L-2214' });
    for (const [name, available] of [
      ['Quarantine', '400'],
      ['Release', '500'],
    ] as const) {
      await lot.first().getByRole('button', { name }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('a wet carton');
      await dialog.getByRole('button', { name }).click();
      await dialog.waitFor({ state: 'hidden' });
      assert.equal((await stockOf(VACCINE)).available.value, available);
    }
  });

  test('a reservation that a partner made is on its page, and goes from there to the shipment', async () => {
    const { id } = await reserve('PARTNER-1', '50');
    await page.goto(`${platform.url}/reservations?status=Held`);
    await page.getByRole('link', { name: 'PARTNER-1' }).click();
    await page.getByRole('heading', { name: 'Reservation of PARTNER-1' }).waitFor();
    await command('Confirm');
    await command('Pick');
    await command('Pack', 'BOX-1');
    await page.getByText('BOX-1').waitFor();
    await command('Ship');
    await page.getByText('Shipped', { exact: true }).first().waitFor();
    const { status } = await platform.request<Reservation>('GET', `/inventory/reservations/${id}`);
    assert.equal(status, 'Shipped');
    assert.equal((await stockOf(VACCINE)).onHand.value, '450');
  });

  test('what an order waits for is told on its page and on its reservation', async () => {
    const id = await placeOrder('SO-7001', '600');
    await page.goto(`${platform.url}/orders/${id}`);
    await page.getByText(`Line 1, ${VACCINE}: 150 pcs backordered`).waitFor();
    await page.getByRole('list', { name: 'Reservations' }).getByRole('link', { name: 'BSL-01' }).click();
    await page.getByRole('heading', { name: 'Reservation of SO-7001' }).waitFor();
    await page.getByText(`${VACCINE}: 150 pcs of 600 pcs`).waitFor();
    await page.goto(`${platform.url}/reservations?order=SO-7001`);
    await page.getByRole('link', { name: 'SO-7001' }).waitFor();
    await page.getByText('1 line waits').waitFor();
  });

  test('a count that differs much changes the books only when somebody agrees', async () => {
    await platform.request('POST', '/inventory/receipts', {
      site: 'NBO-02',
      lines: [{ sku: 'GLV-NIT-M', quantity: pieces('200'), bin: 'C-03' }],
    });
    await platform.request('PUT', '/inventory/items/GLV-NIT-M', { unit: 'EA' });
    await page.setViewportSize(HANDHELD);
    await page.goto(`${platform.url}/counts/new`);
    await page.getByLabel('Site').fill('NBO-02');
    await page.getByLabel('Bin').click();
    await scan('C-03', 'GLV-NIT-M', '', '150');
    await page.getByRole('button', { name: 'Book the count (1 line)' }).click();
    await page.getByText('−50 pcs (25.0%)').waitFor();
    assert.equal((await stockOf('GLV-NIT-M')).onHand.value, '200');
    await page.getByRole('button', { name: 'Approve the count' }).click();
    await page.getByText('Approved', { exact: true }).waitFor();
    assert.equal((await stockOf('GLV-NIT-M')).onHand.value, '150');
  });

  test('what the server refuses is told beside what was typed, which stays there', async () => {
    watcher.expectedFailure = /status of 422/;
    await page.goto(`${platform.url}/counts/new`);
    await page.getByLabel('SKU').click();
    await scan('NO-SUCH-THING', '', '1');
    await page.getByRole('button', { name: 'Book the count (1 line)' }).click();
    await page.getByRole('alert').filter({ hasText: 'The SKU is not known' }).waitFor();
    await page.getByText('NO-SUCH-THING · 1 pcs').waitFor();
    await page.getByRole('button', { name: 'Take out line 1' }).click();
    watcher.expectedFailure = undefined;
  });

  test('on a handheld nothing is wider than the screen, in light and in dark', async () => {
    const { items } = await platform.request<{ items: Reservation[] }>('GET', '/inventory/reservations');
    const lists = ['/stock', '/reservations', '/receiving', '/counts', '/counts/new'];
    const paths = [...lists, `/stock/sku?sku=${VACCINE}`, `/reservations/${items[0]?.id}`];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of paths) {
        await page.goto(`${platform.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        assert.ok((await overflowOf(page)) <= 1, `${path} in ${colorScheme} is too wide`);
      }
    }
  });

  test('nothing was asked of another host, and the console has no errors', () => {
    assert.deepEqual(watcher.strangers, []);
    assert.deepEqual(watcher.complaints, []);
  });
});
