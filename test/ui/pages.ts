import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { searchAttributes } from '../../contract/messages.js';

const TAB = { history: 'history-tab', metadata: 'user-metadata-tab', memo: 'memo-tab' };

/** The columns of the workflow list, as the Temporal UI stores them when a user chooses them. */
export const listColumns = {
  'namespace-workflow-table-columns': {
    default: ['Status', searchAttributes.outcome, searchAttributes.name, 'Type'].map((label) => ({
      label,
      pinned: false,
    })),
  },
};

/** The page of the namespace's workflows, without the column of saved views. */
export async function openList(page: Page, uiUrl: string): Promise<void> {
  await page.goto(`${uiUrl}/namespaces/default/workflows`);
  await page.getByRole('button', { name: 'Collapse saved views' }).click();
}

/** The page of one workflow, with its input, result and timeline. */
export async function openWorkflow(page: Page, uiUrl: string, workflowId: string): Promise<void> {
  await page.goto(`${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`);
  await page.getByRole('heading', { name: 'Event History', exact: true }).waitFor();
}

export async function openTab(page: Page, tab: keyof typeof TAB): Promise<void> {
  await page.getByTestId(TAB[tab]).click();
}

/** The text below a heading of the tab "User Metadata"; the UI renders Markdown in an iframe. */
export function panel(page: Page, heading: 'Summary' | 'Details' | 'Current Details'): FrameLocator {
  return page.locator(`xpath=//h3[normalize-space()="${heading}"]/following::iframe[1]`).contentFrame();
}

/** The text of a page or frame on one line, once it contains `part`. */
export async function textOf(place: Page | FrameLocator, part: string | RegExp): Promise<string> {
  await place.getByText(part).first().waitFor();
  return (await place.locator('body').innerText()).replaceAll(/\s+/g, ' ');
}

/** Saves what the page shows, if a folder is set: `SCREENSHOTS=docs node scripts/test.mjs ui`. */
export async function saveScreenshot(page: Page, file: string, height: number): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  const before = page.viewportSize() ?? { width: 1_400, height };
  await page.setViewportSize({ ...before, height });
  await page.screenshot({ path: join(folder, file), animations: 'disabled' });
  await page.setViewportSize(before);
}
