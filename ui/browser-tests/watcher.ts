/** Watches pages for what they must never do: ask other hosts, or complain on the console. */
import type { ConsoleMessage, Page } from 'playwright-core';
import { PASSWORD } from './platform';

export const PATIENCE_MS = 15_000;

export class Watcher {
  readonly strangers: string[] = [];
  readonly complaints: string[] = [];
  /** What the browser itself writes to the console when a request fails that a test makes fail. */
  expectedFailure: RegExp | undefined;

  constructor(private readonly url: string) {}

  watch(opened: Page): void {
    opened.setDefaultTimeout(PATIENCE_MS);
    opened.on('request', (request) => {
      const { protocol } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:') this.noteStranger(request.url());
    });
    opened.on('websocket', (socket) => this.noteStranger(socket.url()));
    opened.on('pageerror', (error) => this.complaints.push(error.message));
    opened.on('console', (message) => this.noteComplaint(message));
  }

  private noteStranger(address: string): void {
    if (new URL(address).host !== new URL(this.url).host) this.strangers.push(address);
  }

  private noteComplaint(message: ConsoleMessage): void {
    if (message.type() !== 'error' || this.expectedFailure?.test(message.text())) return;
    this.complaints.push(`${message.text()} (${message.location().url})`);
  }
}

export async function signIn(opened: Page, password: string = PASSWORD): Promise<void> {
  await opened.getByLabel('User name').fill('admin');
  await opened.getByRole('textbox', { name: 'Password' }).fill(password);
  await opened.getByRole('button', { name: 'Sign in' }).click();
}

/** How much wider than the screen the page is. */
export function overflowOf(opened: Page): Promise<number> {
  return opened.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
