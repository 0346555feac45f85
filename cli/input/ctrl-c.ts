import { constants } from 'node:os';
import { onStopSignal } from '../../worker/signals.js';

/** Ctrl-C at the terminal, or SIGTERM. */
export interface CtrlC {
  /** Settles when the signal comes, with the exit code for it: 130 for Ctrl-C, 143 for SIGTERM. */
  readonly exitCode: Promise<number>;
  /** Aborts when the signal comes. */
  readonly signal: AbortSignal;
}

/** Listens for Ctrl-C and SIGTERM until the process ends. The second one ends it at once. */
export function listenForCtrlC(): CtrlC {
  const controller = new AbortController();
  const exitCode = new Promise<number>((resolve) => {
    onStopSignal((signal) => {
      controller.abort();
      resolve(128 + constants.signals[signal]);
    });
  });
  return { exitCode, signal: controller.signal };
}
