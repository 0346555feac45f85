import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FinalOutcome } from '../../../contract/outcome.js';
import type { OperationResult } from '../../../contract/result.js';
import { jobSecret, type LogEntry, type Method, type OperationScript } from '../../../emulator/index.js';
import { type Kind, nameOfKind } from '../../../google/kinds/kind.js';
import { KINDS } from '../../../google/kinds/table.js';
import { decoded } from '../../support/decoded.js';
import type { Handle, World } from '../../support/world.js';

type Script = Omit<OperationScript, 'name' | 'service'>;
export type Cancellation = OperationResult['cancellation'];

/** A job of the emulator. */
export interface Job {
  kind: Kind;
  service: string;
  name: string;
}

const PLACES: Record<string, string> = {
  projects: 'p',
  locations: 'us-central1',
  regions: 'us-central1',
  zones: 'us-central1-a',
};

/** Adds a job with a name of its own. @param pattern of the name, by default the kind's first */
export function addJob(world: World, kind: Kind, script: Script = {}, pattern = kind.names[0] ?? ''): Job {
  const segments = pattern.split('/');
  const filled = segments.map((one, i) => (one === '*' ? (PLACES[segments[i - 1] ?? ''] ?? 'x') : one));
  const name = [...filled.slice(0, -1), `j${randomUUID()}`].join('/');
  world.emulator.add({ service: kind.service, name, ...script });
  return { kind, service: kind.service, name };
}

/** Adds a job that is done, and that polls show as running until a cancel of it has come. */
export function addDoneJob(world: World, kind: Kind, script: Script = {}): Job {
  const job = addJob(world, kind, { completesAfterMs: 0, ...script });
  const stale = world.emulator.fail({ kind: 'stale', name: job.name, method: 'get' });
  const hasCome = () => requestsOf(world, job, 'cancel').some(({ effect }) => effect !== undefined);
  // Without a cancel the test fails, and says so.
  world.emulator.waitFor(hasCome, { timeoutMs: 300_000 }).then(
    () => stale.clear(),
    () => {},
  );
  return job;
}

/** The kind by the first label of its service and its name. */
export function kindBy(api: string, name: string): Kind {
  const found = KINDS.find((kind) => kind.service === `${api}.googleapis.com` && nameOfKind(kind) === name);
  assert.ok(found !== undefined, `there is no kind ${name} of ${api}`);
  return found;
}

/** Starts a workflow of a job. */
export function startJob(
  world: World,
  type: 'cancelOperation' | 'watchOperation',
  { service, name }: Job,
  input: Record<string, unknown> = {},
): Promise<Handle> {
  return world.start(type, { name, service, ...input });
}

/** The result of a cancelled job. */
export async function cancelJob(world: World, job: Job, input: Record<string, unknown> = {}): Promise<OperationResult> {
  return (await startJob(world, 'cancelOperation', job, input)).result();
}

/** The requests about a job, those about the operation that makes it included. */
export function requestsOf(world: World, { kind, name }: Job, method?: Method): LogEntry[] {
  const id = name.slice(name.lastIndexOf('/') + 1);
  const isAbout = (entry: LogEntry) =>
    entry.name === name || (kind.cancel?.through !== undefined && entry.name?.endsWith(`/operations/${id}`) === true);
  return world.emulator.requests(undefined, method).filter(isAbout);
}

/** Waits until so many requests were answered, or the workflow has ended. */
export async function answeredOrEnded(
  world: World,
  handle: Handle,
  job: Job,
  method: Method,
  times: number,
): Promise<void> {
  const stop = new AbortController();
  const count = () => requestsOf(world, job, method).filter(({ endedAt }) => endedAt !== undefined).length;
  const answered = world.emulator.waitFor(() => count() >= times, { signal: stop.signal });
  await Promise.race([answered, handle.result()]).finally(() => stop.abort());
}

/** Checks all of a record that is the same for every kind, and that nothing of the job's body is kept anywhere. */
export async function assertRecord(
  world: World,
  handle: Handle,
  job: Job,
  outcome: FinalOutcome,
  cancellation: Pick<Cancellation, 'status' | 'won'>,
): Promise<OperationResult> {
  const result = await handle.result();
  const { kind, name, service } = job;
  const { name: shown, outcome: recorded, evidence, wasAlreadyDone, responseOmitted } = result;
  assert.deepEqual(
    { name: shown, service: result.service, kind: result.kind, outcome: recorded, evidence },
    { name, service, kind: nameOfKind(kind), outcome, evidence: kind.evidence?.[outcome] ?? kind.state ?? 'state' },
  );
  const { status, won } = result.cancellation;
  assert.deepEqual({ status, won, wasAlreadyDone, responseOmitted }, { ...cancellation, ...NEITHER });
  assertOperation(world, job, result);
  await assertPrivate(world, handle, job);
  return result;
}

const NEITHER = { wasAlreadyDone: false, responseOmitted: false };
const TIMES = { create: 'createTime', start: 'startTime', end: 'endTime' };

/** Checks that the operation of a record is the state, the times and the error of a job, and no more. */
function assertOperation(world: World, { kind, name }: Job, { operation, outcome }: OperationResult): void {
  const body = JSON.stringify(world.emulator.operation(name).job);
  const { error, metadata = {}, ...rest } = operation ?? {};
  assert.deepEqual(rest, { name, done: true });
  const times = Object.keys(kind.times ?? TIMES).map((moment) => `${moment}Time`);
  assert.deepEqual(Object.keys(metadata).toSorted(), [...times, 'state'].toSorted());
  assert.ok(body.includes(`"${String(metadata['state'])}"`), `${String(metadata['state'])} is a word of ${body}`);
  for (const time of times) assert.match(String(metadata[time]), /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
  if (outcome === 'COMPLETED') assert.equal(error, undefined);
  else {
    assert.deepEqual(Object.keys(error ?? {}).toSorted(), ['code', 'message']);
    assert.equal(error?.code === 1, outcome === 'CANCELLED', `code ${error?.code} of ${outcome}`);
  }
}

/** Checks that nothing of a job's body was asked for but its state, times and error, and that nothing of it is kept. */
export async function assertPrivate(world: World, handle: Handle, job: Job): Promise<void> {
  const body = JSON.stringify(world.emulator.operation(job.name).job);
  assert.ok(body.includes(jobSecret), 'the body has a secret');
  const history = decoded(await handle.fetchHistory());
  assert.ok(history.includes(job.name), 'the history can be searched');
  assert.ok(!history.includes(jobSecret), 'the secret is in the history');
  const { memo, raw } = await handle.describe();
  const texts = [await handle.result(), memo, decoded(raw)].map((one) => JSON.stringify(one));
  assert.ok(!texts.join('').includes(jobSecret), 'the secret is in the result or the memo');
  for (const { url } of requestsOf(world, job, 'get')) {
    const fields = new URL(url, 'http://host').searchParams.get('fields') ?? '*';
    assert.doesNotMatch(fields, /\*|labels|spec|configuration|environment|substitutions/i, url);
  }
}
