import { type Fault, type OperationScript, seededRandom } from '../../../emulator/index.js';
import type { WatchOperationInput } from '../../../contract/input.js';
import { type Random, createRandom } from './random.js';
import { kinds, type OperationKind } from './operation-kinds.js';
import { planDisturbances } from './disturbances.js';
import { planWire } from './wire.js';

/** One call of a client. */
export type Call =
  | 'cancel'
  | 'cancel-kept'
  | 'update-with-start'
  | 'signal-with-start'
  | 'start'
  | 'watch'
  | 'start-watch'
  | 'abort'
  | 'signal-abort'
  | 'update-abort'
  | 'temporal-cancel'
  | 'terminate';

/** Calls made at once. A step waits until the one before it was accepted. Times count from the run's beginning, here and below. */
export interface Step {
  atMs: number;
  calls: Call[];
}

/** An operation, its events, and the calls about it. */
export interface PlannedOperation {
  name: string;
  kind: OperationKind;
  addAtMs: number;
  /** Left out: nobody ever adds it. */
  script?: Omit<OperationScript, 'name'>;
  input: Omit<WatchOperationInput, 'name'>;
  steps: Step[];
  /** The time from which it is a 404. */
  expireAtMs?: number;
  /** A fault of this operation alone, once a poll has certainly seen it. */
  trouble?: { atMs: number; label: string; fault: Fault };
}

/** Many cancelled by one workflow: by their names, or all of a parent. */
export interface PlannedBulk {
  atMs: number;
  names?: string[];
  parent?: string;
  cancelAtMs?: number;
}

/** The disturbances of processes. */
export type Disturbance =
  | { kind: 'kill-worker'; atMs: number; signal: 'SIGKILL' | 'SIGTERM'; backAfterMs: number }
  | { kind: 'stop-all-workers'; atMs: number; signal: 'SIGKILL' | 'SIGTERM'; forMs: number }
  | { kind: 'restart-temporal'; atMs: number; signal: 'SIGKILL' | 'SIGTERM'; downMs: number }
  | { kind: 'google-away'; atMs: number; forMs: number };

/** A fault of the wire, and its start. */
export interface WireFault {
  atMs: number;
  label: string;
  fault: Fault;
}

/** The events of a run. */
export interface Plan {
  seed: number;
  minutes: number;
  /** The duration of the faults. */
  faultsMs: number;
  operations: PlannedOperation[];
  bulks: PlannedBulk[];
  disturbances: Disturbance[];
  wire: WireFault[];
}

const FAULTS_SHARE = 0.6;
const OPERATIONS_PER_MINUTE = 54;
const PROJECTS = 8;
const CROWD = 80;
const MIN_MS_FOR_CROWD = 60_000;
const RUSH_SHARE = 0.15;
const RUSH_MS = 20_000;

/** The plan of a run: a function of the seed and the length, and of nothing else. */
export function planOf(seed: number, minutes: number): Plan {
  const random = createRandom(seededRandom(seed));
  const faultsMs = Math.round(minutes * 60_000 * FAULTS_SHARE);
  const operations = [...planOperations(random, faultsMs, minutes), ...planCrowd(random, faultsMs)];
  return {
    seed,
    minutes,
    faultsMs,
    operations,
    bulks: planBulks(random, faultsMs, operations),
    disturbances: planDisturbances(random, faultsMs),
    wire: planWire(random, faultsMs),
  };
}

function planOperations(random: Random, faultsMs: number, minutes: number): PlannedOperation[] {
  const names = Object.keys(kinds) as OperationKind[];
  const count = Math.max(names.length + 3, Math.ceil(minutes * OPERATIONS_PER_MINUTE));
  const queue: OperationKind[] = [];
  while (queue.length < count) queue.push(...random.shuffled(names));
  const times = Array.from({ length: count }, () => beginning(random, faultsMs)).toSorted((a, b) => a - b);
  return times.map((addAtMs, number) => planOperation(random, queue[number] ?? 'wins', number, addAtMs, faultsMs));
}

/** Enough operations of one collection for polls to be answered from a list. A short run is too short for them. */
function planCrowd(random: Random, faultsMs: number): PlannedOperation[] {
  if (faultsMs < MIN_MS_FOR_CROWD) return [];
  return Array.from({ length: CROWD }, (_, number) => {
    const addAtMs = random.whole(0, Math.round(faultsMs * 0.2));
    const completesAfterMs = random.whole(Math.round(faultsMs * 0.3), Math.round(faultsMs * 0.9));
    return {
      name: `projects/crowd/locations/us-central1/endpoints/7/operations/watched-${number}`,
      kind: 'watched',
      addAtMs,
      script: { completesAfterMs, waitSupported: 'no-route' },
      input: {},
      steps: [{ atMs: addAtMs + random.whole(0, 500), calls: [random.pick(['watch', 'start-watch'] as const)] }],
    };
  });
}

/** Any time while there are faults. More begin at the end, because recovery begins in the midst of work. */
function beginning(random: Random, faultsMs: number): number {
  const rushMs = Math.round(Math.min(RUSH_MS, faultsMs / 4));
  return random.chance(RUSH_SHARE) ? random.whole(faultsMs - rushMs, faultsMs - 1) : random.whole(0, faultsMs - 1);
}

function planOperation(
  random: Random,
  kind: OperationKind,
  number: number,
  addAtMs: number,
  faultsMs: number,
): PlannedOperation {
  // A worker remembers for a whole collection that it has no `wait`.
  const [collection, waitSupported] = random.pick([
    ['', true],
    ['datasets/7/', true],
    ['indexes/7/', 'unimplemented'],
    ['endpoints/7/', 'no-route'],
    ['models/7/', 'denied'],
    ['ragCorpora/7/', 'returns-at-once'],
  ] as const);
  const place = `projects/p${number % PROJECTS}/locations/us-central1/${collection}`;
  const longest = Math.min(30_000, Math.max(4_000, faultsMs * 0.3));
  const drawn = kinds[kind]({ random, lifeMs: random.whole(2_000, longest) });
  const { script, steps, expireAfterMs, trouble, input } = drawn;
  return {
    name: `${place}operations/${kind}-${number}`,
    kind,
    addAtMs,
    ...(script && { script: { waitSupported, ...script } }),
    input: random.chance(0.2) ? { ...input, polling: POLLING } : input,
    steps: steps.map(({ atMs, calls }) => ({ atMs: addAtMs + atMs, calls })),
    ...(expireAfterMs !== undefined && { expireAtMs: addAtMs + expireAfterMs }),
    ...(trouble && { trouble: { ...trouble, atMs: addAtMs + trouble.atMs } }),
  };
}

const POLLING = { initialInterval: '500ms', backoffCoefficient: 1.5, maximumInterval: '3s' };
const BULK_EVERY_MS = 45_000;

/** By names: some that others follow too, one twice, one that is not there. By parent: a whole project. */
function planBulks(random: Random, faultsMs: number, operations: PlannedOperation[]): PlannedBulk[] {
  const bulks: PlannedBulk[] = [];
  const count = Math.max(1, Math.round(faultsMs / BULK_EVERY_MS));
  for (let number = 0; number < count; number++) {
    const atMs = Math.round(((number + 0.3 + 0.5 * (random.whole(0, 100) / 100)) / count) * faultsMs);
    const there = operations.filter(
      ({ addAtMs, kind }) => addAtMs <= atMs && addAtMs > atMs - 60_000 && kind !== 'notThere',
    );
    const names = random
      .shuffled(there)
      .slice(0, 8)
      .map(({ name }) => name);
    const cancelAtMs = random.chance(0.25) ? { cancelAtMs: atMs + random.whole(500, 4_000) } : {};
    bulks.push({
      atMs,
      names: [...names, ...names.slice(0, 1), `projects/p0/locations/us-central1/operations/poison-${number}`],
      ...cancelAtMs,
    });
  }
  bulks.push({ atMs: Math.round(faultsMs * 0.7), parent: 'projects/p3/locations/us-central1' });
  return bulks;
}
