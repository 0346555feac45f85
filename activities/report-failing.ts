import { ApplicationFailure } from '@temporalio/activity';
import { isCodeName } from '../contract/code.js';
import { FAILING_SIGNAL } from '../contract/messages.js';
import type { FailingReport } from '../contract/result.js';
import type { Attempt } from './attempt.js';

/** The failure in a row that is reported: those before it often pass. */
const REPORTED_FAILURE = 3;

/**
 * Runs an attempt, and reports once that nothing but errors comes, and once that it has passed: in the log, in a metric,
 * and by a signal to the workflow, which cannot see into an activity that is retried. A 404 is no such error, because a
 * new operation may not be visible yet.
 */
export async function reportFailing<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  const wasFailing = attempt.pollState.failures >= REPORTED_FAILURE;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.nonRetryable) throw error;
    const { failures } = attempt.pollState;
    const code = error.type;
    if (failures === REPORTED_FAILURE && error.category !== 'BENIGN' && isCodeName(code) && code !== 'NOT_FOUND') {
      attempt.context.log.warn(`Nothing but errors for ${attempt.ref.name}: ${error.message}`);
      const labels = { service: attempt.ref.service, code };
      attempt.process.metrics.count(attempt.context.metricMeter, 'google_operation_failing', labels);
      await signalWorkflow(attempt, { status: code, message: error.message });
    } else if (wasFailing && failures === 0) {
      await signalWorkflow(attempt);
    }
    throw error;
  }
}

async function signalWorkflow({ context }: Attempt, ...failing: [FailingReport?]): Promise<void> {
  const { workflowId = '', runId } = context.info.workflowExecution ?? {};
  try {
    await context.client.workflow.getHandle(workflowId, runId).signal(FAILING_SIGNAL, ...failing);
  } catch {
    // The attempt does not depend on it, and a workflow that has ended takes no signal.
  }
}
