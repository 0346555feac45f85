export { NotBuiltError, workflowBundlePath } from './bundle.js';
export { ConfigError } from '../config/config-error.js';
export { readWorkerConfig, type WorkerConfig } from '../config/worker-config.js';
export { createLogger } from './log.js';
export { runWorkerProcess } from './process.js';
export { startWorker } from './run.js';
export { installRuntime } from './telemetry.js';
