/** What operations see, in a real browser on the real binary. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { takePicture } from './picture';
import { PASSWORD, Platform } from './platform';
import { overflowOf, PATIENCE_MS, signIn, Watcher } from './watcher';

const NORMAL_READINGS = 40;
const TOO_WARM = 'temperature 14.5 °C on probe-1';
/** More stops than any page has. */
const MOST_TABS = 100;
const isPictureWanted = process.env.IMSOP_UPDATE === '1';

let platform: Platform;
let browser: Browser;
let page: Page;
let watcher: Watcher;

async function goByMenu(name: string): Promise<void> {
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await menu.getByRole('link', { name: new RegExp(`^${name}`) }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** Goes on with the Tab key until this is focused, as one does without a mouse. */
async function tabTo(target: Locator): Promise<void> {
  await target.waitFor();
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key does not lead there');
}

const LISTS = ['/', '/shipments', '/orders', '/assets', '/alerts', '/ingestion'];

/** The ids of a shipment, an order and an asset. */
async function somethingOfEach(): Promise<string[]> {
  type Ids = { items: { id: string }[] };
  const { shipmentPage, orderPage, assetPage } = await platform.graphql<Record<string, Ids>>(
    '{ shipmentPage(limit: 1) { items { id } } orderPage(limit: 1) { items { id } } assetPage(limit: 1) { items { id } } }',
  );
  return [shipmentPage, orderPage, assetPage].map((list) => {
    const id = list?.items[0]?.id;
    assert.ok(id, 'a list is empty');
    return id;
  });
}

/** Waits until the server itself answers with a list of exactly these shipments. */
async function answeredShipments(numbers: string[]): Promise<void> {
  await page.waitForResponse(async (response) => {
    if (!response.url().endsWith('/graphql')) return false;
    const { data } = (await response.json()) as {
      data: { shipmentPage?: { items: { trackingNumber: string }[] } };
    };
    const answered = data.shipmentPage?.items.map(({ trackingNumber }) => trackingNumber);
    return JSON.stringify(answered) === JSON.stringify(numbers);
  });
}

/** Waits until the server says that the only alert was resolved with these words. */
async function resolvedWith(resolution: string): Promise<void> {
  const started = Date.now();
  for (;;) {
    const { alerts } = await platform.graphql<{ alerts: { status: string; resolution: string | null }[] }>(
      '{ alerts { status resolution } }',
    );
    if (alerts[0]?.status === 'RESOLVED' && alerts[0].resolution === resolution) return;
    assert.ok(Date.now() - started < PATIENCE_MS, 'the alert is not resolved');
    await page.waitForTimeout(100);
  }
}

before(async () => {
  platform = await Platform.start();
  browser = await chromium.launch({
    executablePath: process.env.IMSOP_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  watcher = new Watcher(platform.url);
  watcher.watch(page);
});

after(async () => {
  await browser?.close();
  platform?.stop();
});

describe('the control tower', { concurrency: false }, () => {
  test('a wrong password is refused with a clear message', async () => {
    await page.goto(platform.url);
    watcher.expectedFailure = /status of 401/;
    await signIn(page, 'not the password');
    await page
      .getByRole('alert')
      .filter({ hasText: /do not match/i })
      .waitFor();
  });

  test('after signing in, the overview shows figures, and an empty platform says that all is well', async () => {
    watcher.expectedFailure = undefined;
    await signIn(page, PASSWORD);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByText('All is well').waitFor();
    await page.getByRole('link', { name: /In transit 0 of 0 shipments/ }).waitFor();
    await page.getByRole('link', { name: /Open alerts 0 nothing to decide/ }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  });

  test('a sensor reading becomes an anomaly, an alert, a row in GraphQL and a change on the open page', async () => {
    const shipment = await platform.chilledShipment('IM-1', 'probe-1');
    await page.getByRole('link', { name: /In transit 1 of 1 shipments/ }).waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    const normal = Array.from({ length: NORMAL_READINGS }, (_, index) => 5 + (index % 5) / 10);
    await platform.sendTemperatures('probe-1', normal);
    assert.deepEqual(await platform.graphql('{ alerts { id } }'), { alerts: [] });
    assert.equal(await page.getByText('14.5 °C').count(), 0);
    const sent = Date.now();
    await platform.sendTemperatures('probe-1', [14.5]);
    await page.getByText(TOO_WARM).first().waitFor();
    console.log(`reading to page: ${Date.now() - sent} ms`);
    assert.equal(await page.evaluate(() => 'isSamePage' in window), true, 'the page was loaded anew');
    const { alerts, predictions } = await platform.graphql<{
      alerts: { deviceId: string; shipmentId: string; status: string; anomalyId: string }[];
      predictions: { id: string; deviceId: string }[];
    }>(
      '{ alerts(status: RAISED) { deviceId shipmentId status anomalyId } predictions(type: ANOMALY) { id deviceId } }',
    );
    const [anomaly] = predictions;
    assert.ok(anomaly, 'there is no anomaly');
    assert.equal(anomaly.deviceId, 'probe-1');
    assert.deepEqual(alerts, [
      { deviceId: 'probe-1', shipmentId: shipment, status: 'RAISED', anomalyId: anomaly.id },
    ]);
  });

  test('the page of the shipment shows its history, its map, its chart and the alert', async () => {
    await goByMenu('Shipments');
    await page.getByRole('link', { name: 'IM-1', exact: true }).first().click();
    await page.getByRole('heading', { name: 'IM-1' }).waitFor();
    await page.getByText('Departed', { exact: true }).first().waitFor();
    await page.getByText('Basel, CH to Nairobi, KE · Meridian Air').waitFor();
    await page.getByText(TOO_WARM).first().waitFor();
    await page.getByRole('img', { name: /^Route from Basel, CH to Nairobi, KE/ }).waitFor();
    const readings = NORMAL_READINGS + 1;
    await page.getByRole('img', { name: `Temperature: ${readings} readings, 1 of them outside` }).waitFor();
  });

  test('a shipment from a file leads back to the row that it was made from', async () => {
    await platform.importDelivery('11667', 'DN-1350');
    await page.goto(`${platform.url}/shipments?number=DN-1350`);
    await page.getByRole('link', { name: 'DN-1350', exact: true }).first().click();
    await page.getByText('Origin not captured').waitFor();
    await page.getByRole('button', { name: 'Show what arrived' }).click();
    await page.getByLabel('The record as it arrived').filter({ hasText: '11667,151-NG-T01' }).waitFor();
  });

  test('an alert is acknowledged and resolved with the keyboard alone', async () => {
    await goByMenu('Alerts');
    await page.getByText(TOO_WARM).first().waitFor();
    await tabTo(page.getByRole('button', { name: /Acknowledge/ }).first());
    await page.keyboard.press('Enter');
    await page.getByText('Acknowledged').first().waitFor();
    await tabTo(page.getByRole('button', { name: /Resolve/ }).first());
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.type('Door was open; goods checked.');
    await tabTo(page.getByRole('dialog').getByRole('button', { name: 'Resolve' }));
    await page.keyboard.press('Enter');
    await page.getByText('Resolved', { exact: true }).first().waitFor();
    await resolvedWith('Door was open; goods checked.');
  });

  test('shipments are searched and filtered by the server', async () => {
    await platform.chilledShipment('IM-2', 'probe-2');
    await goByMenu('Shipments');
    await page.getByRole('link', { name: 'IM-1', exact: true }).first().waitFor();
    const searched = answeredShipments(['IM-2']);
    await page.keyboard.press('/');
    await page.keyboard.type('IM-2');
    await searched;
    await page.getByRole('link', { name: 'IM-1', exact: true }).waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'IM-2', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    const filtered = answeredShipments(['DN-1350']);
    await page.getByRole('combobox', { name: 'Any state' }).or(page.getByLabel('Any state')).first().click();
    await page.getByRole('option', { name: 'Delivered', exact: true }).click();
    await filtered;
    await page.getByRole('link', { name: 'DN-1350', exact: true }).waitFor();
    await page.getByRole('link', { name: 'IM-2', exact: true }).waitFor({ state: 'hidden' });
    await page.goto(`${platform.url}/shipments?status=CANCELLED`);
    await page.getByText('No shipment fits these filters').waitFor();
  });

  test('the page comes back by itself when the platform was killed and started again', async () => {
    await page.goto(platform.url);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    watcher.expectedFailure =
      /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection to/;
    platform.kill();
    await page
      .getByRole('status')
      .filter({ hasText: /Reconnecting|Offline/i })
      .waitFor();
    await platform.begin();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor({ timeout: 40_000 });
    await platform.chilledShipment('IM-3', 'probe-3');
    await page.getByRole('link', { name: /In transit 3 of 4 shipments/ }).waitFor();
    watcher.expectedFailure = undefined;
  });

  test('on a phone nothing is wider than the screen, in light and in dark', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const [shipment, order, asset] = await somethingOfEach();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of [...LISTS, `/shipments/${shipment}`, `/orders/${order}`, `/assets/${asset}`]) {
        await page.goto(`${platform.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const overflow = await overflowOf(page);
        assert.ok(overflow <= 1, `${path} in ${colorScheme} is ${overflow} px too wide`);
      }
    }
  });

  test('nothing was asked of another host, and the console has no errors', () => {
    assert.deepEqual(watcher.strangers, []);
    assert.deepEqual(watcher.complaints, []);
  });

  test(
    'the picture of the README is taken anew',
    { skip: !isPictureWanted && 'only with IMSOP_UPDATE=1' },
    async () => {
      await takePicture(browser);
    },
  );
});
