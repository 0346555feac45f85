import type { NexusInboundCallsInterceptor } from '@temporalio/worker';

/**
 * Takes the stacks out of the failures of Nexus calls, which go to other namespaces: they tell the paths and the versions of
 * this worker. The SDK has logged them here by then.
 */
export const withoutStacks: NexusInboundCallsInterceptor = {
  startOperation: (input, next) => next(input).catch(rethrowWithoutStack),
  cancelOperation: (input, next) => next(input).catch(rethrowWithoutStack),
};

function rethrowWithoutStack(error: unknown): never {
  for (let one = error; one instanceof Error; one = one.cause) one.stack = '';
  throw error;
}
