import { endAfter } from '../moments.js';
import { abortBySignal, abortByUpdate } from '../starts.js';
import { type Scenario, scenario, watching, WINS } from './scenario.js';

/** The ways of `watchOperation`. */
export const watches: Scenario[] = [
  scenario(
    'watch',
    {},
    watching((world, name) => endAfter(world, name, 'poll')),
    'COMPLETED',
  ),
  scenario(
    'watch-abort-signal',
    { onCancel: WINS },
    watching((_, __, handle) => abortBySignal(handle, { reason: 'budget' })),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-update',
    { onCancel: WINS },
    watching(async (_, __, handle) => void (await abortByUpdate(handle, { reason: 'budget' }))),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-wins-at-once',
    { onCancel: { kind: 'wins' } },
    watching((_, __, handle) => abortBySignal(handle)),
    'CANCELLED',
  ),
  scenario(
    'watch-return-after-refusal',
    { onCancel: { kind: 'refused' } },
    watching((_, __, handle) => abortBySignal(handle), { whenNotCancellable: 'return' }),
    'NOT_CANCELLABLE',
  ),
  scenario(
    'abort-after',
    { onCancel: WINS },
    watching(async () => {}, { abortAfter: '500ms' }),
    'CANCELLED',
  ),
  scenario(
    'temporal-cancel',
    { onCancel: WINS },
    watching(async (_, __, handle) => void (await handle.cancel())),
    'CANCELLED',
  ),
];
