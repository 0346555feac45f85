import { startTemporal } from '../../devserver/index.js';

/** A Temporal server for tests. */
export interface TestTemporal {
  address: string;
  stop(): Promise<void>;
}

/**
 * The Temporal server of this test run: the one that `npm test` started for all files, or one of this file's own when it runs
 * alone. Never one from `TEMPORAL_ADDRESS`.
 */
export async function testTemporal(): Promise<TestTemporal> {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (address !== undefined) return { address, stop: async () => {} };
  return startTemporal({ say: (line) => process.stderr.write(`${line}\n`) });
}
