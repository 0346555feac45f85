import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** Follows signals to the second one, and returns the way that it went. */
export async function rolled(): Promise<string> {
  let signals = 0;
  setHandler(defineSignal('next'), () => void signals++);
  await condition(() => signals >= 1);
  await condition(() => signals >= 2);
  return 'old';
}
