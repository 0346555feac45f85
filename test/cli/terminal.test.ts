import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test, type TestContext } from 'node:test';
import { shellWord } from '../../contract/text.js';
import { until } from '../support/history.js';
import { startWorld, type World } from '../support/world.js';
import { noTerminal, openTerminal, type TestTerminal } from './support/terminal.js';

/** The control sequence that goes back to what was drawn before. */
const REDRAWN = '\u001B[J';

describe('in a terminal of 80 × 24', { concurrency: 3, timeout: 120_000, skip: noTerminal }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  function open(t: TestContext, line: string, env: NodeJS.ProcessEnv = {}): TestTerminal {
    const settings = { TEMPORAL_ADDRESS: world.address, TEMPORAL_TASK_QUEUE: world.taskQueue };
    const terminal = openTerminal(line, { ...settings, ...env });
    t.after(() => terminal.kill());
    return terminal;
  }

  /** No line of text but a command to type is broken within a word. */
  function assertWrapped(terminal: TestTerminal): void {
    const rows = terminal.text().split('\n');
    const broken = rows.filter(
      (row, index) => row.startsWith('⏎') && !/^ {2}(?:\S*temporal-lro|temporal) |^ *\S+$/.test(rows[index - 1] ?? ''),
    );
    assert.deepEqual(broken, [], terminal.text());
  }

  test('progress is drawn in place, and goes when the outcome comes in its colour', async (t) => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const terminal = open(t, `lro cancel ${shellWord(name)} --reason budget`);
    await terminal.waitFor(/CANCELLING: +cancel accepted/);
    world.emulator.complete(name, { error: { code: 1, message: 'cancelled' } });
    assert.equal(await terminal.ended, 0);
    assert.ok(terminal.written().includes(REDRAWN));
    assert.ok(terminal.written().includes('\u001B[32mCANCELLED\u001B[39m: the cancel won'), terminal.written());
    assert.match(terminal.text(), new RegExp(`(?:^|\\n)${name}\\n  CANCELLED: the cancel won \\(1 cancel, .*\\)$`));
    assertWrapped(terminal);
  });

  test('nothing of a long error is cut, and what follows it is there', async (t) => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const message = `${'the backend of this location does not answer '.repeat(4)}at all`;
    world.emulator.fail({ name, method: 'cancel', kind: 'status', code: 'UNAVAILABLE', message });
    const terminal = open(t, `lro cancel ${shellWord(name)}`);
    await terminal.waitFor(/UNAVAILABLE[^]*next\s+poll\s+in\s+\d+m?s,\s+\d+\s+polls?$/);
    const shown = terminal.text().replaceAll(/\s+/g, ' ');
    assert.ok(shown.includes(`last error: UNAVAILABLE (HTTP 503): ${message}, next poll in `), terminal.text());
    assertWrapped(terminal);
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 130);
  });

  test('a background job draws nothing until it is in the foreground', async (t) => {
    const name = world.operation();
    const terminal = open(t, `set -m; lro watch ${shellWord(name)} & read; fg >/dev/null`);
    // Whatever draws has drawn by then: the view begins before the workflow does.
    await until(
      () => Promise.resolve(world.polls(name)),
      (polls) => polls > 0,
    );
    assert.doesNotMatch(terminal.text(), /STARTING|WATCHING/);
    terminal.type('\r');
    await terminal.waitFor(/WATCHING/);
    world.emulator.complete(name);
    assert.equal(await terminal.ended, 3);
    assert.match(terminal.text(), new RegExp(`(?:^|\\n)${name}\\n  COMPLETED`));
  });

  test('LC_ALL=C gets ASCII', async (t) => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const terminal = open(t, `lro cancel ${shellWord(name)}`, { LC_ALL: 'C' });
    await terminal.waitFor(/[-|/\\] +\d+s \S+ CANCELLING/);
    world.emulator.complete(name, { error: { code: 9, message: 'déjà' } });
    assert.equal(await terminal.ended, 4);
    assert.match(terminal.text(), /d\\u00e9j\\u00e0/);
    assert.doesNotMatch(terminal.written(), /[^\0-\x7F]/);
  });

  test('without colours and cursor movements where NO_COLOR and TERM=dumb forbid them, in words', async (t) => {
    const name = world.operation({ onCancel: { kind: 'refused' } });
    const terminal = open(t, `lro cancel ${shellWord(name)}`, { NO_COLOR: '1', TERM: 'dumb' });
    assert.equal(await terminal.ended, 5);
    assert.match(terminal.text(), /NOT_CANCELLABLE: the service will not cancel it/);
    assert.ok(!terminal.written().includes('\u001B'));
  });

  test('a line that has frozen says so, and messages are wrapped between words', async (t) => {
    const name = world.operation();
    const terminal = open(t, `lro watch ${shellWord(name)}`, { TEMPORAL_TASK_QUEUE: `nobody-${randomUUID()}` });
    await terminal.waitFor(/No worker polls[^]*STARTING, no answer for [2-9]s/);
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 130);
    assert.match(terminal.text(), /Interrupted\. The watch goes on in Temporal/);
    assert.doesNotMatch(terminal.text(), /STARTING/);
    assert.match(terminal.text(), /Start one:\n {2}temporal-lro worker\n/);
    assertWrapped(terminal);
  });

  test('a command at the end of a message stands on a line of its own', async (t) => {
    const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
    const terminal = open(t, `lro status ${name}`);
    assert.equal(await terminal.ended, 1);
    assert.ok(
      terminal.text().endsWith(`or cancel it:\n  temporal-lro cancel ${name.slice(0, 58)}\n⏎${name.slice(58)}`),
      terminal.text(),
    );
    assertWrapped(terminal);
  });

  test('ls has the outcome in its colour, and rows of facts that are whole', async (t) => {
    const name = world.operation({ onCancel: { kind: 'loses', afterMs: 50 } });
    const reason = 'the run of last night reads the wrong table, and costs more each hour than all others of the team';
    await (await world.operations.cancel({ name, reason, requestedBy: 'ana@example.com' })).result();
    const lists = `lro ls --parent ${name.replace(/\/operations.*/, '')} --task-queue ${world.taskQueue} --requested-by ana@example.com`;
    const terminal = open(t, `until ${lists} | grep -q COMPLETED; do :; done; ${lists}`);
    assert.equal(await terminal.ended, 0);
    assert.ok(terminal.written().includes('\u001B[34mCOMPLETED\u001B[39m'), terminal.written());
    const [titles, facts, ...texts] = terminal.text().split('\n');
    assert.equal(titles, '     AGE  OUTCOME    WON  KIND       BY');
    assert.match(facts ?? '', /^ +\d+m?s {2}COMPLETED {2}no {3}operation {2}ana@example\.com$/);
    assert.equal(
      texts.join(' ').replaceAll(/ +|⏎/g, ' ').replaceAll(' ', ''),
      `${name}because:${reason}`.replaceAll(' ', ''),
    );
    assertWrapped(terminal);
  });

  /** The flags for `cancel-all` of one that ends at the cancel, and one that does not end. */
  function bulk() {
    const parent = `projects/p/locations/l${randomUUID().slice(0, 8)}`;
    const [won = '', slow = ''] = ['won', 'slow'].map((id) => `${parent}/operations/${id}`);
    world.emulator.add({ name: won, onCancel: { kind: 'wins' } });
    world.emulator.add({ name: slow, onCancel: { kind: 'ignored' } });
    return { parent, won, slow };
  }

  test('cancel-all asks, writes a line for each as it ends, and draws how many are under way in place', async (t) => {
    const { parent, won, slow } = bulk();
    const terminal = open(t, `lro cancel-all --parent ${parent}`, { OPERATIONS_EMULATOR_HOST: world.emulator.host });
    await terminal.waitFor(/Cancel 2 operations\? \[y\/N\]$/);
    assert.equal(world.cancels(won), 0);
    terminal.type('y\r');
    await terminal.waitFor(/1 of 2 done, 1 under way, 1 CANCELLED, waiting for slow$/);
    assert.match(terminal.text(), new RegExp(`\nCANCELLED, the cancel won: ${won}\n`));
    assert.ok(terminal.written().includes('\u001B[32mCANCELLED\u001B[39m, the cancel won'), terminal.written());
    world.emulator.complete(slow);
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.text(), new RegExp(`\nCOMPLETED: ${slow}\n2 matched, 2 started or joined\n`));
    assert.doesNotMatch(terminal.text(), /under way/);
    assertWrapped(terminal);
  });

  test('a line of cancel-all that has frozen says so, and after Ctrl-C the commands to go on with stay whole', async (t) => {
    const { parent } = bulk();
    const env = { OPERATIONS_EMULATOR_HOST: world.emulator.host, TEMPORAL_TASK_QUEUE: `nobody-${randomUUID()}` };
    const terminal = open(t, `lro cancel-all --yes --parent ${parent}`, env);
    await terminal.waitFor(/No worker polls[^]*they go on once a worker is running[^]*STARTING, no answer for [2-9]s/);
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 130);
    assert.match(
      terminal.text(),
      /\n {2}temporal-lro status cancel-operations-\S+\n {2}temporal-lro watch [^]*\n {2}temporal-lro abort /,
    );
    assert.doesNotMatch(terminal.text(), /STARTING/);
    assertWrapped(terminal);
  });
});
