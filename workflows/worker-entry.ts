import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { quoted } from '../contract/text.js';

// The bundle of our own worker begins here. Whoever bundles index.ts beside other workflows has no catch-all.
export * from './index.js';

/**
 * Fails a workflow of any other type for good. Without it Temporal would try its first task again for ever.
 *
 * @throws ApplicationFailure `UNIMPLEMENTED`
 */
function unknownWorkflow(): never {
  throw ApplicationFailure.create({
    type: 'UNIMPLEMENTED',
    message: `This worker has no workflow of type ${quoted(workflowInfo().workflowType)}`,
    nonRetryable: true,
  });
}

// oxlint-disable-next-line import/no-default-export -- the SDK runs the default export for types that have no export
export default unknownWorkflow;
