import { setTimeout as delay } from 'node:timers/promises';
import { messages } from '../../contract/messages.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';
import type { LogEntry } from '../../emulator/index.js';
import { abort, scenarios, type Scenario } from './scenarios.js';
import { follow, type Following } from './run-scenario.js';
import type { DemoLog } from './log.js';
import type { DemoEnvironment } from './environment.js';

/** What came of one operation. */
export interface Ending {
  role: Scenario;
  workflowId: string;
  result: OperationResult;
}

/**
 * Plays the demonstration on a stage: cancels and watches, a killed worker, an abort while no worker is there, another worker.
 *
 * @param onFailure hears at once of an operation without an outcome
 * @returns what came of each operation, in the order of the cast
 */
export async function runScenarios(
  stage: DemoEnvironment,
  narrator: DemoLog,
  { signal, onFailure }: { signal: AbortSignal; onFailure: (error: Error) => void },
): Promise<Ending[]> {
  const first = await stage.startWorker();
  narrator.tell('worker', `ready, process ${first.pid}`);

  narrator.heading('Seven operations are cancelled, and one is watched');
  const all: Following[] = [];
  for (const role of scenarios) {
    const following = await follow(role, stage, narrator);
    following.result.catch(onFailure);
    all.push(following);
  }
  const open = all.filter(({ role }) => role.meanwhile !== undefined);
  await Promise.all(all.filter(({ role }) => role.meanwhile === undefined).map(({ result }) => result));
  await untilFollowed(open, stage, signal);

  narrator.heading(`The worker is killed while ${open.length} operations are being followed`);
  await first.kill();
  narrator.tell('worker', `process ${first.pid} killed with SIGKILL, nobody looks now`);
  const lastRequest = stage.emulator.log.at(-1)?.number ?? 0;
  for (const following of open) await meanwhile(following, stage, narrator);

  narrator.heading('Another worker takes over what Temporal kept');
  const second = await stage.startWorker();
  narrator.tell('worker', `ready, process ${second.pid}`);
  narrator.tell('Temporal', 'misses the dead worker within 7 s, then hands work on');
  for (const { role } of open) tellTakeover(role, lastRequest, stage, narrator, signal);
  return Promise.all(
    all.map(async ({ role, workflowId, result }) => ({ role, workflowId, result: await result })),
  );
}

/** Waits until each workflow has recorded the answer to its cancel, and a look at each operation is under way. */
async function untilFollowed(
  open: readonly Following[],
  stage: DemoEnvironment,
  signal: AbortSignal,
): Promise<void> {
  const isFollowed = async ({ role, workflowId }: Following): Promise<boolean> => {
    const { cancellation, outcome } = await statusOf(stage, workflowId);
    // On a machine that is very slow its timeout may have passed by now.
    if (outcome !== undefined) return true;
    const looks = stage.emulator.requests(role.input.name, 'wait');
    const isLookedAt = looks.some(({ endedAt }) => endedAt === undefined);
    return isLookedAt && (role.way === 'watch' || cancellation.status === 'ACCEPTED');
  };
  while (!(await Promise.all(open.map(isFollowed))).every(Boolean)) await delay(50, undefined, { signal });
}

async function statusOf({ client }: DemoEnvironment, workflowId: string): Promise<OperationStatus> {
  return client.workflow.getHandle(workflowId).query<OperationStatus>(messages.status);
}

/** What happens to an operation while no worker is there. */
async function meanwhile(
  { role, workflowId }: Following,
  stage: DemoEnvironment,
  narrator: DemoLog,
): Promise<void> {
  const { label, input } = role;
  switch (role.meanwhile) {
    case 'completes':
      stage.emulator.complete(input.name);
      return narrator.tell(label, 'completes at Google, and nobody sees it');
    case 'expires':
      stage.emulator.expire(input.name);
      return narrator.tell(label, 'is forgotten by Google: from now on it is a 404');
    case 'is aborted':
      await stage.client.workflow.getHandle(workflowId).signal(messages.abort, abort);
      return narrator.tell(label, `abort signal, kept by Temporal: "${abort.reason}"`);
    default:
      return narrator.tell(label, 'runs on at Google, as if no cancel had come');
  }
}

/** Tells when an operation is looked at, or cancelled, for the first time after the worker was killed. */
function tellTakeover(
  { label, input }: Scenario,
  lastRequest: number,
  { emulator }: DemoEnvironment,
  narrator: DemoLog,
  signal: AbortSignal,
): void {
  const isNew = ({ number, name, method }: LogEntry): boolean =>
    number > lastRequest && name === input.name && method !== 'cancel';
  void emulator
    .waitFor((log) => log.some(isNew), { signal, timeoutMs: 600_000 })
    .then(
      () => narrator.tell(label, 'looked at again, by the new worker'),
      // It has been told why the demonstration ended.
      () => undefined,
    );
}
