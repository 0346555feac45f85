import type { FollowedResult } from './parts/steady.js';
import type { IdleResult } from './parts/idle.js';
import type { ManyResult } from './parts/bulk.js';
import type { RowsResult } from './parts/latency.js';

/** What one run of the bench measured; a part that was not run is missing. */
export interface Results {
  at: string;
  quick: boolean;
  seed: number;
  machine: { node: string; temporalServer: string; processors: number; memoryGb: number };
  idle?: IdleResult;
  rows?: RowsResult;
  many?: ManyResult;
  /** Thousands of many locations, and a thousand of one. */
  followed?: { many: FollowedResult; oneLocation: FollowedResult };
}
