import { constants } from 'node:os';
import { onStopSignal } from '../../worker/signals.js';

/** Ctrl-C, or SIGTERM. */
export interface Interruption {
  /** Settles with the exit code (130, or 143) when it comes. */
  readonly code: Promise<number>;
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/** Listens for Ctrl-C and SIGTERM. The second one ends the process at once. */
export function listenForInterruption(): Interruption {
  const stop = new AbortController();
  let release = (): void => undefined;
  const code = new Promise<number>((resolve) => {
    release = onStopSignal((signal) => {
      stop.abort();
      resolve(128 + constants.signals[signal]);
    });
  });
  return { code, signal: stop.signal, release: () => release() };
}
