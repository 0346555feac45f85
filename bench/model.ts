/** What a model of many followed operations is fed with. */
export interface Parameters {
  /** History events of a cancellation, from its start to its outcome. */
  eventsEach: number;
  /** Billable actions of a cancellation that needs no more than one attempt of each activity. */
  actionsEach: number;
  /** Heartbeats for each attempt that looks and hands back: each is an action. */
  heartbeatsPerAttempt: number;
  /** State transitions of the Temporal server for each attempt, its heartbeats among them. */
  transitionsPerAttempt: number;
  /** Attempts a second that one worker takes back at most. */
  attemptsPerWorkerSecond: number;
  /** Processor seconds of a worker for each attempt. */
  workerCpuPerAttempt: number;
  /** Resident memory of a worker that follows thousands, in MB. */
  workerMb: number;
  /** What the server's memory grew by for each operation that is followed, in kB: in memory it is its whole persistence. */
  stateKbEach: number;
}

/** How many operations are followed, how closely, and where they are. */
export interface Load {
  operations: number;
  /** How long from one look at an operation to the next, in s. */
  lookEveryS: number;
  /** Over how many locations of projects they are spread. */
  locations: number;
  /** How long an operation is followed, in s, from the first cancel on. */
  followedForS: number;
}

/** What it costs to follow them all at once. */
export interface Price {
  attemptsPerSecond: number;
  workers: number;
  /** Cores that the attempts of all workers keep busy. */
  workerCores: number;
  /** Memory that all workers take at their peak, in GB. */
  workerGb: number;
  /** Requests to Google a minute, for one location and for all. */
  requestsPerLocationMinute: number;
  requestsPerMinute: number;
  actionsPerMonth: number;
  /** History events written in a month, with the cancels that are sent again. */
  eventsPerMonth: number;
  transitionsPerSecond: number;
  shards: number;
  /** What Temporal keeps of those that are followed, in GB. */
  stateGb: number;
}

const MONTH_S = 30 * 86_400;
const DAY_S = 86_400;
/** A page of a list holds so many operations; lists of more pages than this are not used (activities/collection.ts). */
const PAGE = 1_000;
const MOST_PAGES = 20;
/** Where a list has one or two pages a fresh one is read each 4 s at most, and with more pages one page each 2 s. */
const LIST_EVERY_S = 4;
const PAGE_EVERY_S = 2;
/** Whatever a list shows, some operations are asked with `get` (activities/list-budget.ts). */
const CONFIRMED_A_MINUTE = 6;
/** Where looks are rarer than this, each is a `get` (activities/await.ts). */
const RARE_S = 300;
/** Up to so many operations of a location are looked at one by one. */
const FEW = 50;
/** The events of a cancel that is sent again. The first comes after five minutes, then doubling up to six hours. */
const RESEND_EVENTS = 11;
/** A mark of the workflow's version comes with the first one. */
const MARK_EVENTS = 2;
/** The timer and the activity. */
const RESEND_ACTIONS = 2;
const RESEND_FIRST_S = 300;
const RESEND_LONGEST_S = 6 * 3_600;
/** An `awaitOperation` ends after a day and is begun anew. */
const STRETCH_EVENTS = 6;
/**
 * State transitions a second that a history shard is given here. Its writes come one after the other, so that with 10 ms
 * for each it could do a hundred; the rest is for peaks. An assumption, and no measurement.
 */
const TRANSITIONS_PER_SHARD = 10;
const FEWEST_SHARDS = 4;

/** Prices a load. */
export function priceOf(load: Load, measured: Parameters): Price {
  const { operations, lookEveryS, locations, followedForS } = load;
  const attemptsPerSecond = operations / lookEveryS;
  const workers = Math.ceil(attemptsPerSecond / measured.attemptsPerWorkerSecond);
  const each = operations / locations;
  const resends = resendsIn(followedForS);
  // The first look and the first cancel, and those that are sent again.
  const cancels = (each * (2 + resends) * 60) / followedForS;
  const perLocation = cancels + looksPerLocationMinute(each, lookEveryS, workers);
  const perMonth = (operations * MONTH_S) / followedForS;
  const transitionsPerSecond = attemptsPerSecond * measured.transitionsPerAttempt;
  const newDays = Math.floor(followedForS / DAY_S);
  const resendEvents = resends === 0 ? 0 : resends * RESEND_EVENTS + MARK_EVENTS;
  const events = measured.eventsEach + resendEvents + newDays * STRETCH_EVENTS;
  return {
    attemptsPerSecond,
    workers,
    workerCores: attemptsPerSecond * measured.workerCpuPerAttempt,
    workerGb: (workers * measured.workerMb) / 1e3,
    requestsPerLocationMinute: perLocation,
    requestsPerMinute: perLocation * locations,
    actionsPerMonth:
      attemptsPerSecond * MONTH_S * (1 + measured.heartbeatsPerAttempt) +
      perMonth * (measured.actionsEach + resends * RESEND_ACTIONS + newDays),
    eventsPerMonth: perMonth * events,
    transitionsPerSecond,
    shards: shardsFor(transitionsPerSecond),
    stateGb: (operations * measured.stateKbEach) / 1e6,
  };
}

/** Each worker reads lists of its own: a location that all of them follow costs as many lists as there are workers. */
function looksPerLocationMinute(operations: number, lookEveryS: number, workers: number): number {
  const alone = (operations * 60) / lookEveryS;
  const pages = Math.ceil(operations / PAGE);
  if (operations / workers <= FEW || pages > MOST_PAGES || lookEveryS > RARE_S) return alone;
  const listEveryS = Math.max(LIST_EVERY_S, pages * PAGE_EVERY_S);
  const ownLooks = alone / workers / 60;
  // Nobody lists more often than somebody looks.
  const listsPerMinute = Math.min(60 / listEveryS, ownLooks * 60);
  return Math.min(alone, workers * (listsPerMinute * pages + CONFIRMED_A_MINUTE));
}

/** How often the cancel is sent again. */
function resendsIn(followedForS: number): number {
  let resends = 0;
  for (let at = RESEND_FIRST_S, gap = RESEND_FIRST_S; at < followedForS; resends++) {
    gap = Math.min(2 * gap, RESEND_LONGEST_S);
    at += gap;
  }
  return resends;
}

function shardsFor(transitionsPerSecond: number): number {
  return Math.max(FEWEST_SHARDS, 2 ** Math.ceil(Math.log2(transitionsPerSecond / TRANSITIONS_PER_SHARD)));
}
