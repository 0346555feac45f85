export { TemporalServerError } from './error.js';
export { startTemporal, type TemporalServer, type TemporalServerOptions } from './start.js';
