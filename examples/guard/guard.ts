import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { type CancelOperationsInput, DEFAULT_TASK_QUEUE } from 'temporal-lro/contract';

/** The hours are counted from the creation of a job. */
const LIMIT = '12h';
const parent = process.argv[2] ?? '';

const input: CancelOperationsInput = {
  parent,
  kinds: ['customJobs'],
  olderThan: LIMIT,
  reason: `ran longer than ${LIMIT}`,
  // A run of the guard ends after an hour at most. The next one cancels again what still runs.
  timeout: '1h',
};
const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] });
try {
  const { scheduleId } = await new Client({ connection }).schedule.create({
    scheduleId: `guard-${parent.replaceAll('/', '-')}`,
    spec: { intervals: [{ every: '1h' }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'cancelOperations',
      taskQueue: process.env['TEMPORAL_TASK_QUEUE'] ?? DEFAULT_TASK_QUEUE,
      args: [input],
    },
    policies: {
      // One job that ignores its cancel must not hold up the next run. Two runs join the same workflow for one job.
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      // After an outage of Temporal only the last run is made up for: it finds everything that the missed ones would have.
      catchupWindow: '1h',
    },
    state: { triggerImmediately: true },
  });
  process.stdout.write(`${scheduleId}\n`);
} finally {
  await connection.close();
}
