import { condition, defineSignal, patched, setHandler, sleep } from '@temporalio/workflow';

/** The same workflow in a newer version, with a timer on its new way. */
export async function rolled(): Promise<string> {
  let signals = 0;
  setHandler(defineSignal('next'), () => void signals++);
  await condition(() => signals >= 1);
  const isNew = patched('timer');
  if (isNew) await sleep(1);
  await condition(() => signals >= 2);
  return isNew ? 'new' : 'old';
}
