import { endAfter } from '../moments.js';
import { abortBySignal, abortByUpdate } from '../starts.js';
import { type Scenario, scenario, startWatch, WINS } from './scenario.js';

/** The scenarios of `watchOperation`. */
export const watchScenarios: Scenario[] = [
  scenario(
    'watch',
    {},
    startWatch((world, name) => endAfter(world, name, 'poll')),
    'COMPLETED',
  ),
  scenario(
    'watch-abort-signal',
    { onCancel: WINS },
    startWatch((_, __, handle) => abortBySignal(handle, { reason: 'budget' })),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-signal-repeated',
    { onCancel: WINS },
    startWatch(async (_, __, handle) => {
      for (let tries = 0; tries < 2; tries++) await abortBySignal(handle, { reason: 'budget' }, 'request');
    }),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-update',
    { onCancel: WINS },
    startWatch(async (_, __, handle) => void (await abortByUpdate(handle, { reason: 'budget' }))),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-wins-at-once',
    { onCancel: { kind: 'wins' } },
    startWatch((_, __, handle) => abortBySignal(handle)),
    'CANCELLED',
  ),
  scenario(
    'watch-return-after-refusal',
    { onCancel: { kind: 'refused' } },
    startWatch((_, __, handle) => abortBySignal(handle), { whenNotCancellable: 'return' }),
    'NOT_CANCELLABLE',
  ),
  scenario(
    'abort-after',
    { onCancel: WINS },
    startWatch(async () => {}, { abortAfter: '500ms' }),
    'CANCELLED',
  ),
  scenario(
    'temporal-cancel',
    { onCancel: WINS },
    startWatch(async (_, __, handle) => void (await handle.cancel())),
    'CANCELLED',
  ),
];
