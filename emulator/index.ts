export { adminRoutes } from './admin.js';
export { startEmulator } from './emulator.js';
export type { Emulator, EmulatorOptions } from './emulator.js';
export { EmulatorError } from './errors.js';
export type { EmulatorErrorCode } from './errors.js';
export type { Fault, FaultSelection, ReplacingFault, CorruptingFault } from './faults/fault.js';
export type { InjectedFault } from './faults/fault-list.js';
export { parseFault } from './faults/fault-schema.js';
export type { Effect, LogEntry, WaitForOptions } from './log.js';
export { seededRandom } from './random.js';
export type { Method } from './route.js';
export { parseScript } from './operations/script-schema.js';
export type {
  AcceptedCancel,
  CancelBehaviour,
  JsonObject,
  OperationScript,
  RouteBody,
  ScriptedResult,
  WaitBehaviour,
} from './operations/script.js';
export type { OperationState } from './operations/state.js';
export type { OperationTruth } from './operations/store.js';
