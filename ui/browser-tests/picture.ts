/** Takes the picture of the README from a platform with a simulated network in it. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { PASSWORD, Platform } from './platform';

/** Long enough for the network to fill and for the first alerts. */
const WARM_UP_MS = 100_000;
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/images/overview.png');

export async function takePicture(browser: Browser): Promise<void> {
  const platform = await Platform.start('demo');
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    await page.goto(platform.url);
    await page.getByLabel('User name').fill('admin');
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.waitForTimeout(WARM_UP_MS);
    await page.screenshot({ path: target });
    await page.close();
  } finally {
    platform.stop();
  }
}
