import { describeWorkflow } from '../../client/describe.js';
import { temporalLine } from '../output/follow-up-command.js';
import type { Session } from './session.js';

/** The message that a workflow is PAUSED, with the command by which it goes on; `undefined` if it is not paused. */
export async function pausedMessage({ client, flags }: Session, workflowId: string): Promise<string | undefined> {
  const description = await describeWorkflow(client, workflowId).catch(() => undefined);
  if (description?.status.name !== 'PAUSED') return undefined;
  const command = temporalLine(flags, 'workflow', 'unpause', '--workflow-id', workflowId);
  return `The workflow ${workflowId} is PAUSED: Temporal stores requests until it goes on. To have it go on:\n  ${command}`;
}
