import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { GoogleOperations } from '../../client/index.js';
import { DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import { startTemporal, type TemporalServer } from '../../devserver/index.js';
import { answered } from '../support/moments.js';
import { startWorld, type World } from '../support/world.js';
import { findBrowser, openBrowser, type OpenBrowser } from './browser.js';
import { listColumns, openList, openTab, openWorkflow, panel, saveScreenshot, textOf } from './pages.js';
import { type Example, type Examples, startExamples } from './examples.js';

const executable = await findBrowser();
const skip = executable === undefined ? 'there is no Chromium and no Chrome on PATH' : false;

describe('what a person sees in the Temporal UI', { skip, timeout: 300_000 }, () => {
  let temporal: TemporalServer;
  let world: World;
  let browser: OpenBrowser;
  let page: Page;
  let examples: Examples;

  before(async () => {
    temporal = await startTemporal({ ui: true });
    world = await startWorld({ TEMPORAL_TASK_QUEUE: DEFAULT_TASK_QUEUE }, temporal);
    examples = await startExamples(world);
    browser = await openBrowser(executable ?? '', listColumns);
    page = await browser.context.newPage();
  });
  after(async () => {
    await browser?.close();
    await world?.close();
    await temporal?.stop();
  });

  test('the list of workflows has the outcome and the name of every operation', async () => {
    await openList(page, uiUrl());
    const outcomes = {
      watched: 'RUNNING',
      cancelling: 'RUNNING',
      cancelled: 'CANCELLED',
      completed: 'COMPLETED',
      failed: 'FAILED',
      refused: 'NOT_CANCELLABLE',
    };
    for (const [which, outcome] of Object.entries(outcomes)) {
      const { name } = examples[which as keyof Examples].input;
      const row = page.locator('tr').filter({ has: page.getByText(name, { exact: true }) });
      await row.getByText(outcome, { exact: true }).waitFor();
    }
    await saveScreenshot(page, 'temporal-ui-list.png', 458);
  });

  test('a running watch: what it watches, when it will abort, and nothing about a cancel', async () => {
    const { input, id } = examples.watched;
    await openWorkflow(page, uiUrl(), examples.watched.workflowId);
    const history = await textOf(page, `awaitOperation • Await the end of ${id}`);
    assertHas(history, `Poll ${id}`, /(?:abort|cancel the operation), unless/i);
    const { summary, details } = await metadata('WATCHING');
    assertHas(summary, 'Watch', id);
    assertHas(details, input.name, /running at/, '6h');
    assert.doesNotMatch(details, /Cancels|accepted/);
  });

  test('a cancel that is accepted and has not won yet: who requested it, why, and when it is sent again', async () => {
    await openWorkflow(page, uiUrl(), examples.cancelling.workflowId);
    const { details } = await metadata('CANCELLING');
    assertRequest(details, examples.cancelling);
    assertHas(details, /Cancels(?:.answered)? 1\b/, 'accepted', /Next\b.* 20\d\d-/);
  });

  test('a cancel that won: the outcome, and what led to it', async () => {
    await assertClosed(examples.cancelled, 'CANCELLED', [/"won": true/]);
    const { details } = await metadata('CANCELLED');
    assertRequest(details, examples.cancelled);
    assertHas(details, /Cancels(?:.answered)? 1\b/, 'accepted', /done at/);
  });

  test('an operation that completed despite the cancel: both facts', async () => {
    await assertClosed(examples.completed, 'COMPLETED', [/"won": false/, /"status": "ACCEPTED"/]);
    const { details } = await metadata('COMPLETED');
    assertRequest(details, examples.completed);
    assertHas(details, 'despite the cancel', /Cancels(?:.answered)? 1\b/, 'accepted', /done at/);
  });

  test('an operation that the service will not cancel: its answer in its own words', async () => {
    await assertClosed(examples.refused, 'NOT_CANCELLABLE', [/"status": "REFUSED"/]);
    const { details } = await metadata('NOT_CANCELLABLE');
    assertRequest(details, examples.refused);
    const { error } = (await world.client.workflow.getHandle(examples.refused.workflowId).result()).cancellation;
    assertHas(details, /Cancels(?:.answered)? 1\b/, 'FAILED_PRECONDITION', error.message, /running at/);
    await saveScreenshot(page, 'temporal-ui-details.png', 860);
  });

  test('what a caller writes stays text: no markup, no picture, no link with another target than its text', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const reason = '<img src=/x> [a](http://b.example) http://c.example `d` | e';
    const { workflowId } = await new GoogleOperations(world.client).cancel({
      name,
      reason,
      requestedBy: '| <b>f</b> |',
    });
    await answered(world, name, 'cancel');
    await openWorkflow(page, uiUrl(), workflowId);
    await openTab(page, 'metadata');
    const details = panel(page, 'Current Details');
    assertHas(await textOf(details, /CANCELLING/), reason, '| <b>f</b> |');
    assert.equal(await details.locator('img, table b').count(), 0);
    for (const link of await details.locator('a').all())
      assert.equal(await link.innerText(), await link.getAttribute('href'), 'the link leads where its text says');
  });

  function uiUrl(): string {
    return temporal.uiUrl ?? '';
  }

  /** The page of a closed workflow: its result, and a timeline whose entries say what they are for. */
  async function assertClosed({ workflowId, id }: Example, outcome: string, result: RegExp[]) {
    await openWorkflow(page, uiUrl(), workflowId);
    const text = await textOf(page, `cancelOperation • Cancel ${id}`);
    assertHas(text, `"outcome": "${outcome}"`, ...result, `Poll ${id}`);
    if (outcome !== 'NOT_CANCELLABLE')
      assertHas(text, `awaitOperation • Await the end of ${id}`, /cancel again, unless/i);
    await openTab(page, 'memo');
    assertHas(await textOf(page, `"${outcome}"`), outcome);
  }

  async function metadata(state: string) {
    await openTab(page, 'metadata');
    const details = await textOf(panel(page, 'Current Details'), new RegExp(`^${state}: `));
    return { details, summary: await textOf(panel(page, 'Summary'), /^(Cancel|Watch) /) };
  }

  /** The details say who requested the cancel, and why. */
  function assertRequest(details: string, { input }: Example): void {
    assertHas(details, input.name, input.requestedBy ?? '?', typographic(input.reason ?? '?'), /20\d\d-\d\d-\d\d/);
  }
});

function assertHas(text: string, ...parts: (string | RegExp)[]): void {
  for (const part of parts) {
    if (typeof part === 'string') assert.ok(text.includes(part), `${part}\nis not in\n${text}`);
    else assert.match(text, part);
  }
}

/** The UI shows an apostrophe as a typographic one. */
function typographic(text: string): string {
  return text.replaceAll("'", '’');
}
