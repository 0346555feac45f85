import {
  DEFAULT_LIST_THRESHOLD,
  INTERVAL_PER_PAGE_MS,
  MAX_LIST_AGE_MS,
  MAX_PAGES,
  PAGE_SIZE,
} from '../activities/listing/cached-list.js';
import { DIRECT_POLLS } from '../activities/listing/list-budget.js';

/** The parameters of the model of many watched operations. */
export interface Parameters {
  /** History events of a cancellation, from its start to its outcome. */
  eventsEach: number;
  /** Billable actions of a cancellation that needs no more than one attempt of each activity. */
  actionsEach: number;
  /** Heartbeats of an attempt that polls and ends for a retry. Each is an action. */
  heartbeatsPerAttempt: number;
  /** State transitions of the Temporal server per attempt, including its heartbeats. */
  transitionsPerAttempt: number;
  /** The maximum of attempts per second of one worker. */
  attemptsPerWorkerSecond: number;
  /** Processor seconds of a worker per attempt. */
  workerCpuPerAttempt: number;
  /** Resident memory of a worker that watches thousands of operations, in MB. */
  workerMb: number;
  /** The growth of the server's memory per watched operation, in kB. The server stores everything in memory. */
  stateKbEach: number;
}

/** The operations to watch. */
export interface Load {
  operations: number;
  /** The time between two polls of an operation, in s. */
  pollIntervalS: number;
  /** The number of locations of projects, with equal shares of the operations. Those of a location are one collection. */
  locations: number;
  /** The time for which an operation is watched after the first cancel, in s. */
  watchedForS: number;
}

const MONTH_S = 30 * 86_400;
const DAY_S = 86_400;
/** With longer polling intervals each poll is a `get`. */
const MAX_LISTED_INTERVAL_S = 300;
/**
 * The events of a resent cancel. The first is sent after five minutes, the next after intervals that double up to 6 h.
 */
const RESEND_EVENTS = 11;
/** A timer and an activity. */
const RESEND_ACTIONS = 2;
const FIRST_RESEND_S = 300;
const MAX_RESEND_INTERVAL_S = 6 * 3_600;
/** An `awaitOperation` times out after a day and is scheduled again. */
const AWAIT_EVENTS = 6;
/**
 * The planned load of a history shard, in state transitions per second: an assumption, not a measurement. A
 * shard writes one transition at a time; at 10 ms each it could do a hundred. The rest is reserved for peaks.
 */
const TRANSITIONS_PER_SHARD = 10;
const MIN_SHARDS = 4;

/** Calculates the cost of watching all operations of a load at the same time. */
export function priceOf(load: Load, measured: Parameters) {
  const { operations, pollIntervalS, locations, watchedForS } = load;
  const attemptsPerSecond = operations / pollIntervalS;
  const workers = Math.ceil(attemptsPerSecond / measured.attemptsPerWorkerSecond);
  const each = operations / locations;
  const resends = resendsIn(watchedForS);
  // The first poll, the first cancel and the resent cancels.
  const cancels = (each * (2 + resends) * 60) / watchedForS;
  const perLocation = cancels + pollRequestsPerLocationMinute(each, pollIntervalS, workers);
  const perMonth = (operations * MONTH_S) / watchedForS;
  const transitionsPerSecond = attemptsPerSecond * measured.transitionsPerAttempt;
  const newDays = Math.floor(watchedForS / DAY_S);
  const events = measured.eventsEach + resends * RESEND_EVENTS + newDays * AWAIT_EVENTS;
  return {
    attemptsPerSecond,
    workers,
    /** Busy cores of all workers. */
    workerCores: attemptsPerSecond * measured.workerCpuPerAttempt,
    /** Peak memory of all workers, in GB. */
    workerGb: (workers * measured.workerMb) / 1e3,
    /** Requests to Google per minute, for one location and for all. */
    requestsPerLocationMinute: perLocation,
    requestsPerMinute: perLocation * locations,
    actionsPerMonth:
      attemptsPerSecond * MONTH_S * (1 + measured.heartbeatsPerAttempt) +
      perMonth * (measured.actionsEach + resends * RESEND_ACTIONS + newDays),
    /** History events written in a month, including those of resent cancels. */
    eventsPerMonth: perMonth * events,
    transitionsPerSecond,
    shards: shardsFor(transitionsPerSecond),
    /** Temporal's storage for the watched operations, in GB. */
    stateGb: (operations * measured.stateKbEach) / 1e6,
  };
}

/** Each worker reads its own lists: the collection of a location that all workers watch is listed by each of them. */
function pollRequestsPerLocationMinute(operations: number, pollIntervalS: number, workers: number): number {
  const withoutLists = (operations * 60) / pollIntervalS;
  const pages = Math.ceil(operations / PAGE_SIZE);
  if (operations / workers <= DEFAULT_LIST_THRESHOLD || pages > MAX_PAGES || pollIntervalS > MAX_LISTED_INTERVAL_S)
    return withoutLists;
  const listIntervalMs = Math.max(MAX_LIST_AGE_MS, pages * INTERVAL_PER_PAGE_MS);
  // A list is only read for a poll.
  const listsPerMinute = Math.min(60_000 / listIntervalMs, withoutLists / workers);
  return Math.min(withoutLists, workers * (listsPerMinute * pages + DIRECT_POLLS.perMinute));
}

/** The number of resent cancels. */
function resendsIn(watchedForS: number): number {
  let resends = 0;
  for (let at = FIRST_RESEND_S, interval = FIRST_RESEND_S; at < watchedForS; resends++) {
    interval = Math.min(2 * interval, MAX_RESEND_INTERVAL_S);
    at += interval;
  }
  return resends;
}

function shardsFor(transitionsPerSecond: number): number {
  return Math.max(MIN_SHARDS, 2 ** Math.ceil(Math.log2(transitionsPerSecond / TRANSITIONS_PER_SHARD)));
}
