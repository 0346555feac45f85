import { bulks } from './bulk.js';
import { cancellations } from './cancelling.js';
import { continuations } from './continuing.js';
import { mishaps } from './mishaps.js';
import { oddities } from './odd.js';
import type { Scenario } from './scenario.js';
import { watches } from './watching.js';

export type { Scenario } from './scenario.js';

/** Every way through the workflows that is recorded and replayed. */
export const scenarios: Scenario[] = [
  ...cancellations,
  ...watches,
  ...mishaps,
  ...oddities,
  ...continuations,
  ...bulks,
];
