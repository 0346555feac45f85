import type { FaultList } from './faults/fault-list.js';
import type { RequestLog } from './log.js';
import type { OperationsService } from './operations/handle.js';

/** The operations, faults and request log of one emulator. */
export interface EmulatorState extends OperationsService {
  faults: FaultList;
  log: RequestLog;
  /** The address or name that it was given to listen on. */
  listensOn: string;
}

/** Deletes all operations, requests and faults. */
export function reset({ faults, store, log }: EmulatorState): void {
  faults.clear();
  store.clear();
  log.clear();
}
