import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jobSecret } from '../../emulator/index.js';
import { factsOf } from '../../emulator/jobs/facts.js';
import { nameOfKind } from '../../google/kinds/kind.js';
import { KINDS } from '../../google/kinds/table.js';
import { createLogger } from '../../worker/index.js';
import { outcomesOf } from '../emulator/jobs/support.js';
import { endAfter } from '../support/moments.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';
import {
  addDoneJob,
  addJob,
  answeredOrEnded,
  assertPrivate,
  assertRecord,
  requestsOf,
  startJob,
} from './support/jobs.js';

const FAILED = { error: { code: 13, message: 'broken' } };
const CANCELLED = { error: { code: 1, message: 'cancelled' } };
/** The versions of the services whose jobs are not in `v1`. */
const VERSIONS: Record<string, string> = {
  'aiplatform.googleapis.com': 'v1beta1',
  'bigquery.googleapis.com': 'v2',
  'dataflow.googleapis.com': 'v1b3',
  'dlp.googleapis.com': 'v2',
  'run.googleapis.com': 'v2',
};

describe('a job of every kind is recorded as it ended, and nothing else of it is kept', TOGETHER, () => {
  let world: World;
  const log: string[] = [];
  before(async () => {
    const destination = { write: (line: string) => log.push(line) };
    const logger = await createLogger({ level: 'trace', format: 'json' }, destination);
    world = await startWorld({ GOOGLE_SERVICES: '*', LOG_LEVEL: 'trace' }, undefined, logger);
  });
  after(async () => {
    await world.close();
    assert.match(log.join(''), /"level":"(?:trace|debug)"/);
    assert.ok(!log.join('').includes(jobSecret), "a job's secret is in the log");
  });

  for (const kind of KINDS) {
    const what = `${kind.service.replace('.googleapis.com', '')} ${nameOfKind(kind)}`;
    const outcomes = outcomesOf(kind);
    const accepted = (outcome: string) => ({ status: 'ACCEPTED', won: outcome === 'CANCELLED' }) as const;

    test(`${what}: failed by itself, and no cancel was sent`, async () => {
      const job = addJob(world, kind);
      const handle = await startJob(world, 'watchOperation', job);
      await endAfter(world, job.name, 'get', FAILED);
      await assertRecord(world, handle, job, 'FAILED', { status: 'NOT_REQUESTED', won: false });
      assert.deepEqual(requestsOf(world, job, 'cancel'), []);
      const [{ apiVersion } = {}] = requestsOf(world, job);
      assert.equal(apiVersion, VERSIONS[kind.service] ?? 'v1');
    });

    if (kind.cancel?.none !== undefined) {
      for (const pattern of kind.names) {
        test(`${what}, ${pattern}: it has no cancel, and none is sent`, async () => {
          const job = addJob(world, kind, {}, pattern);
          const handle = await startJob(world, 'cancelOperation', job);
          const { outcome, cancellation, operation } = await handle.result();
          assert.equal(outcome, 'NOT_CANCELLABLE');
          assert.deepEqual([cancellation.status, cancellation.timesSent], ['NOT_SUPPORTED', 0]);
          assert.equal(operation?.done, false);
          assert.deepEqual(requestsOf(world, job, 'cancel'), []);
          await assertPrivate(world, handle, job);
        });

        test(`${what}, ${pattern}: it has no cancel, and with \`follow\` its end is recorded`, async () => {
          const job = addJob(world, kind, {}, pattern);
          const handle = await startJob(world, 'cancelOperation', job, { whenNotCancellable: 'follow' });
          // The first poll, and one after the cancel that is not sent.
          await endAfter(world, job.name, 'get', {}, 2);
          const result = await assertRecord(world, handle, job, 'COMPLETED', { status: 'NOT_SUPPORTED', won: false });
          assert.equal(result.cancellation.timesSent, 0);
          assert.deepEqual(requestsOf(world, job, 'cancel'), []);
        });
      }
      continue;
    }

    for (const pattern of kind.names) {
      test(`${what}, ${pattern}: cancelled, and the cancel won`, async () => {
        const job = addJob(world, kind, { onCancel: { kind: 'wins', afterMs: 100 } }, pattern);
        const handle = await startJob(world, 'cancelOperation', job);
        const { cancelled } = outcomes;
        const { cancellation } = await assertRecord(world, handle, job, cancelled, accepted(cancelled));
        assert.equal(cancellation.timesSent, 1);
        assert.equal(requestsOf(world, job, 'cancel').length, 1);
      });
    }

    test(`${what}: done anyway after an accepted cancel`, async () => {
      const job = addJob(world, kind, { onCancel: { kind: 'loses', afterMs: 100 } });
      const handle = await startJob(world, 'cancelOperation', job);
      await assertRecord(world, handle, job, outcomes.completed, accepted(outcomes.completed));
    });

    test(`${what}: failed after an accepted cancel, which is not won`, async () => {
      const job = addJob(world, kind, { onCancel: { kind: 'fails', code: 13, afterMs: 100 } });
      const handle = await startJob(world, 'cancelOperation', job);
      await assertRecord(world, handle, job, 'FAILED', accepted('FAILED'));
    });

    test(`${what}: it was done when the cancel came, which is refused, and its end is recorded`, async () => {
      const job = addDoneJob(world, kind, { cancelWhenDone: { code: 'FAILED_PRECONDITION' } });
      const handle = await startJob(world, 'cancelOperation', job);
      const { cancellation } = await assertRecord(world, handle, job, outcomes.completed, {
        status: 'REFUSED',
        won: false,
      });
      assert.equal(cancellation.error?.status, 'FAILED_PRECONDITION');
      assert.equal(cancellation.timesSent, 1);
    });

    const { prefix = '' } = kind;
    const { cancelling = kind.read === 'run' ? 'CANCELLING' : undefined } = factsOf(kind);
    if (cancelling === undefined) continue;
    test(`${what}: ${cancelling} at the first poll is somebody else's cancel, which ours does not win by`, async () => {
      const job = addJob(world, kind, {
        states: [{ state: prefix + cancelling }],
        onCancel: { kind: 'refused', message: 'No.' },
      });
      const handle = await startJob(world, 'cancelOperation', job);
      // The first poll, one that confirms that it runs, and one more: it is followed on.
      await answeredOrEnded(world, handle, job, 'get', 3);
      world.emulator.complete(job.name, CANCELLED);
      await assertRecord(world, handle, job, outcomes.cancelled, { status: 'REFUSED', won: false });
    });
  }
});
