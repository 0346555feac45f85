import { adjustScenarios } from './adjust.js';
import { bulkScenarios } from './bulk.js';
import { cancelScenarios } from './cancel.js';
import { continueAsNewScenarios } from './continue-as-new.js';
import { faultScenarios } from './faults.js';
import { rareScenarios } from './rare.js';
import { reconcileScenarios } from './reconcile.js';
import type { Scenario } from './scenario.js';
import { watchScenarios } from './watch.js';

export type { Scenario } from './scenario.js';

/** Every scenario that is recorded and replayed. */
export const scenarios: Scenario[] = [
  ...cancelScenarios,
  ...watchScenarios,
  ...faultScenarios,
  ...rareScenarios,
  ...adjustScenarios,
  ...continueAsNewScenarios,
  ...bulkScenarios,
  ...reconcileScenarios,
];
