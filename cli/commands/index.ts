import type { AddCommand } from './add-command.js';
import { addAbort } from './abort.js';
import { addCancelAll } from './cancel-all.js';
import { addCancel } from './cancel.js';
import { addDemo } from './demo.js';
import { addDev } from './dev.js';
import { addEmulator } from './emulator.js';
import { addList } from './list.js';
import { addResolve } from './resolve.js';
import { addStatus } from './status.js';
import { addWatch } from './watch.js';
import { addWorker } from './worker.js';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addCancel,
  addWatch,
  addAbort,
  addStatus,
  addList,
  addCancelAll,
  addResolve,
  addDemo,
  addDev,
  addWorker,
  addEmulator,
];
