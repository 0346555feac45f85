export { TemporalServerError, type TemporalServerErrorCode } from './error.js';
export { type FindOptions, findTemporal, type FoundExecutable } from './find.js';
export { startTemporal, type TemporalServer, type TemporalServerOptions } from './start.js';
