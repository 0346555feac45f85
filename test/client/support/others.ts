import { ApplicationFailure, condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';

/** A workflow of somebody else, which goes on for ever and takes no abort. */
export async function holdsTheId(): Promise<void> {
  await condition(() => false);
}

/** The same, which answers an abort as ours do. */
export async function answersAborts(): Promise<void> {
  setHandler(defineUpdate('abort'), () => ({ state: 'CANCELLING', name: 'forged' }));
  await condition(() => false);
}

/** A workflow of somebody else with the type of ours, which ends with what it wants as soon as there is an abort. */
export async function cancelOperation(_: unknown, end: { returns?: unknown; fails?: string }): Promise<unknown> {
  let isAborted = false;
  setHandler(defineSignal('abort'), () => {
    isAborted = true;
  });
  await condition(() => isAborted);
  if (end.fails !== undefined) throw ApplicationFailure.create({ type: end.fails, message: 'x', nonRetryable: true });
  return end.returns;
}
