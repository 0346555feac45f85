import type { AddCommand } from '../command.js';
import { addDemo } from './demo.js';
import { addEmulator } from './emulator.js';
import { addWorker } from './worker.js';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [addDemo, addWorker, addEmulator];
