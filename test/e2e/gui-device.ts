/** A device of the tests that serves the GUI as it was built, and a page of it. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { builtGui } from '../../src/cmd/control-gui.ts';
import { type TestDevice, startTestDevice } from '../../src/icontrol/test-device.ts';
import { type Visit, openBrowser, visit } from './browser.ts';

export interface GuiDevice {
  readonly device: TestDevice;
  readonly browser: Browser;
  /** Nobody has signed in. */
  readonly here: Visit;
  close(): Promise<void>;
}

export async function startGuiDevice(): Promise<GuiDevice> {
  const gui = builtGui();
  assert.ok(gui() !== undefined, 'the GUI is not built: evenkeel gui build');
  const device = await startTestDevice({ gui });
  const browser = await openBrowser();
  const here = await visit(browser, `https://127.0.0.1:${device.port}`);
  return {
    device,
    browser,
    here,
    async close() {
      await browser.close();
      await device.close();
    },
  };
}
