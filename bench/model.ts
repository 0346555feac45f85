import { FULL_READ_MS } from '../activities/reconcile/followed-sets.js';
import { COVERED_INTERVAL_MS, listInterval, PAGE_SIZE } from '../activities/reconcile/pace.js';

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
  /** Processor seconds of a worker per end that a loop has seen, with the lists in between. */
  workerCpuPerEnd: number;
  /** Resident memory of a worker that watches thousands of operations, in MB. */
  workerMb: number;
  /** The growth of the server's memory per watched operation, in kB. The server stores everything in memory. */
  stateKbEach: number;
}

/** The operations to watch. */
export interface Load {
  operations: number;
  /** How they are watched: by one loop for each location, or by a poll of each so often, in s. */
  by: 'loop' | number;
  /** The number of locations of projects, with equal shares of the operations. Those of a location are one collection. */
  locations: number;
  /** The time for which an operation is watched after the first cancel, in s. */
  watchedForS: number;
}

const MONTH_S = 30 * 86_400;
const DAY_S = 86_400;
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
/** The signal that wakes a workflow at its operation's end: the events and the action of it, and of its poll. */
const WAKE_EVENTS = 5;
const WAKE_ACTIONS = 2;
/** A round of a loop heartbeats once. */
const ROUND_HEARTBEATS = 1;
/** A poll while a loop covers the operation heartbeats once, so that the next attempt knows of it. */
const COVERED_HEARTBEATS = 1;
/**
 * The planned load of a history shard, in state transitions per second: an assumption, not a measurement. A
 * shard writes one transition at a time; at 10 ms each it could do a hundred. The rest is reserved for peaks.
 */
const TRANSITIONS_PER_SHARD = 10;
const MIN_SHARDS = 4;

/** Calculates the cost of watching all operations of a load at the same time. */
export function priceOf(load: Load, measured: Parameters) {
  const { operations, locations, watchedForS } = load;
  const each = operations / locations;
  const isLoop = load.by === 'loop';
  const polls = operations / (load.by === 'loop' ? COVERED_INTERVAL_MS / 1_000 : load.by);
  const pages = Math.ceil(each / PAGE_SIZE);
  const roundS = listInterval({ pages, followed: each, ended: 0 }, Number.POSITIVE_INFINITY) / 1_000;
  const rounds = isLoop ? locations / roundS : 0;
  const attemptsPerSecond = polls + rounds;
  const endsPerSecond = operations / watchedForS;
  const workerCores =
    attemptsPerSecond * measured.workerCpuPerAttempt + (isLoop ? endsPerSecond * measured.workerCpuPerEnd : 0);
  const workers = Math.ceil(Math.max(attemptsPerSecond / measured.attemptsPerWorkerSecond, workerCores));
  const resends = resendsIn(watchedForS);
  // The first poll, the first cancel and the resent cancels; with a loop the poll at the end.
  const others = (operations * (2 + resends + (isLoop ? 1 : 0)) * 60) / watchedForS;
  const requestsPerMinute = others + (polls + rounds * pages) * 60;
  const perMonth = (operations * MONTH_S) / watchedForS;
  const transitionsPerSecond = attemptsPerSecond * measured.transitionsPerAttempt;
  const newDays = Math.floor(watchedForS / DAY_S);
  const events = measured.eventsEach + resends * RESEND_EVENTS + newDays * AWAIT_EVENTS + (isLoop ? WAKE_EVENTS : 0);
  const actions = measured.actionsEach + resends * RESEND_ACTIONS + newDays + (isLoop ? WAKE_ACTIONS : 0);
  const heartbeats = isLoop ? COVERED_HEARTBEATS : measured.heartbeatsPerAttempt;
  return {
    attemptsPerSecond,
    workers,
    /** Busy cores of all workers. */
    workerCores,
    /** Peak memory of all workers, in GB. */
    workerGb: (workers * measured.workerMb) / 1e3,
    /** How late an end is seen on average, in s. A poll of each is late by half of its interval. */
    delayS: (load.by === 'loop' ? roundS : load.by) / 2,
    /** Requests to Google per minute, for one location and for all. */
    requestsPerLocationMinute: requestsPerMinute / locations,
    requestsPerMinute,
    /** Pages of workflows that Temporal lists for the loops: one of changes in a round, and now and then all of them. */
    visibilityPagesPerSecond: isLoop ? rounds + (locations * pages * 1_000) / FULL_READ_MS : 0,
    actionsPerMonth: MONTH_S * (polls * (1 + heartbeats) + rounds * (1 + ROUND_HEARTBEATS)) + perMonth * actions,
    /** History events written in a month, including those of resent cancels. */
    eventsPerMonth: perMonth * events,
    transitionsPerSecond,
    shards: shardsFor(transitionsPerSecond),
    /** Temporal's storage for the watched operations, in GB. */
    stateGb: (operations * measured.stateKbEach) / 1e6,
  };
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
