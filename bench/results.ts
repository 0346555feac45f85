import type { BulkResult } from './parts/bulk.js';
import type { IdleResult } from './parts/idle.js';
import type { LatencyResult } from './parts/latency.js';
import type { SteadyResult } from './parts/steady.js';

/** The results of one run of the bench; a part that was not run is missing. */
export interface Results {
  at: string;
  quick: boolean;
  seed: number;
  machine: { node: string; temporalServer: string; processors: number; memoryGb: number };
  idle?: IdleResult;
  /** The same of jobs. */
  job?: IdleResult;
  latency?: LatencyResult;
  bulk?: BulkResult;
  /** A thousand operations of one location, and ten thousand of twenty locations, by one worker. */
  steady?: { oneLocation: SteadyResult; manyLocations: SteadyResult };
  /** The latter by two workers and by four. */
  workers?: SteadyResult[];
}
