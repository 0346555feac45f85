export { adminRoutes } from './admin.js';
export { startEmulator } from './emulator.js';
export type { Emulator, EmulatorOptions } from './emulator.js';
export { EmulatorError } from './errors.js';
export type { EmulatorErrorCode } from './errors.js';
export type { Fault, FaultSelection, ReplacingFault, SpoilingFault } from './fault.js';
export type { OrderedFault } from './fault-list.js';
export { parseFault } from './fault-schema.js';
export type { Effect, LogEntry, WaitForOptions } from './log.js';
export { seededRandom } from './random.js';
export type { Method } from './route.js';
export type { OperationTruth } from './scene.js';
export { parseScript } from './script-schema.js';
export type {
  AcceptedCancel,
  CancelBehaviour,
  JsonObject,
  OperationScript,
  RouteBody,
  ScriptedResult,
  WaitBehaviour,
} from './script.js';
export type { OperationState } from './state.js';
