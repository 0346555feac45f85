/** What the exit code of `cancel` and `watch` says. */
export const outcomesHelp =
  'The exit code is the outcome: 0 CANCELLED, 3 COMPLETED, 4 FAILED,\n' +
  '5 NOT_CANCELLABLE, 6 STILL_RUNNING, 7 LOST; 1 where it could not be done, and\n' +
  '130 after Ctrl-C, which leaves the workflow at work.';
