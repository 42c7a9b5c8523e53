/** What operations see, in a real browser on the real binary. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PASSWORD, Platform } from './platform';

const PATIENCE_MS = 15_000;

let platform: Platform;
let browser: Browser;
let page: Page;
const strangers: string[] = [];
const complaints: string[] = [];

function watch(opened: Page): void {
  opened.setDefaultTimeout(PATIENCE_MS);
  opened.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(platform.url).host) strangers.push(request.url());
  });
  opened.on('pageerror', (error) => complaints.push(error.message));
}

async function signIn(opened: Page, password: string): Promise<void> {
  await opened.getByLabel('User name').fill('admin');
  await opened.getByRole('textbox', { name: 'Password' }).fill(password);
  await opened.getByRole('button', { name: 'Sign in' }).click();
}

before(async () => {
  platform = await Platform.start();
  browser = await chromium.launch({
    executablePath: process.env.IMSOP_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  watch(page);
});

after(async () => {
  await browser?.close();
  platform?.stop();
});

describe('the control tower', { concurrency: false }, () => {
  test('a wrong password is refused with a clear message', async () => {
    await page.goto(platform.url);
    await signIn(page, 'not the password');
    await page
      .getByRole('alert')
      .filter({ hasText: /do not match/i })
      .waitFor();
  });

  test('after signing in, an empty platform says that all is well', async () => {
    await signIn(page, PASSWORD);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByText('All is well').waitFor();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  });

  test('a sensor reading becomes an anomaly, an alert, a row in GraphQL and a change on the open page', async () => {
    const shipment = await platform.chilledShipment('IM-1', 'probe-1');
    await page.getByRole('link', { name: /In transit 1 of 1 shipments/ }).waitFor();
    await platform.sendTemperatures('probe-1', [5.1, 5, 5.2, 5.1, 4.9, 5]);
    assert.equal(await page.getByText('14.5 °C').count(), 0);
    const sent = Date.now();
    await platform.sendTemperatures('probe-1', [14.5]);
    await page.getByText('temperature 14.5 °C on probe-1').first().waitFor();
    console.log(`reading to page: ${Date.now() - sent} ms`);
    const { alerts } = await platform.graphql<{
      alerts: { deviceId: string; shipmentId: string; status: string }[];
    }>('{ alerts(status: RAISED) { deviceId shipmentId status } }');
    assert.deepEqual(alerts, [{ deviceId: 'probe-1', shipmentId: shipment, status: 'RAISED' }]);
  });

  test('the page of the shipment shows its history, its chart and the alert', async () => {
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: /^Shipments/ })
      .click();
    await page.getByRole('link', { name: 'IM-1', exact: true }).first().click();
    await page.getByRole('heading', { name: 'IM-1' }).waitFor();
    await page.getByText('Departed').first().waitFor();
    await page.getByText('temperature 14.5 °C on probe-1').first().waitFor();
    await page
      .getByRole('img', { name: /temperature/i })
      .first()
      .waitFor();
  });

  test('an alert is acknowledged and resolved with the keyboard alone', async () => {
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: /^Alerts/ })
      .click();
    await page.getByText('temperature 14.5 °C on probe-1').first().waitFor();
    const acknowledge = page.getByRole('button', { name: /Acknowledge/ }).first();
    await acknowledge.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Acknowledged').first().waitFor();
    const resolve = page.getByRole('button', { name: /Resolve/ }).first();
    await resolve.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.type('Door was open; goods checked.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const started = Date.now();
    for (;;) {
      const { alerts } = await platform.graphql<{ alerts: { resolution: string | null }[] }>(
        '{ alerts { resolution } }',
      );
      if (alerts[0]?.resolution === 'Door was open; goods checked.') break;
      assert.ok(Date.now() - started < PATIENCE_MS, 'the alert is not resolved');
      await page.waitForTimeout(100);
    }
  });

  test('shipments are searched and filtered by the server', async () => {
    await platform.chilledShipment('IM-2', 'probe-2');
    await page.goto(`${platform.url}/shipments?number=IM-2`);
    await page.getByRole('link', { name: 'IM-2', exact: true }).first().waitFor();
    assert.equal(await page.getByRole('link', { name: 'IM-1', exact: true }).count(), 0);
    await page.goto(`${platform.url}/shipments?status=DELIVERED`);
    await page
      .getByText(/no shipment/i)
      .first()
      .waitFor();
  });

  test('the page comes back by itself when the platform was killed and started again', async () => {
    await page.goto(platform.url);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    platform.kill();
    await page
      .getByRole('status')
      .filter({ hasText: /Reconnecting|Offline/i })
      .waitFor();
    await platform.begin();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor({ timeout: 40_000 });
    await platform.chilledShipment('IM-3', 'probe-3');
    await page.getByRole('link', { name: /In transit 3 of 3 shipments/ }).waitFor();
  });

  test('on a phone nothing is wider than the screen, in light and in dark', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of ['/', '/shipments', '/orders', '/assets', '/alerts', '/ingestion']) {
        await page.goto(`${platform.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 1, `${path} in ${colorScheme} is ${overflow} px too wide`);
      }
    }
  });

  test('nothing was asked of another host, and no script failed', () => {
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });
});
