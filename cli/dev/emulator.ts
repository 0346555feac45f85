import { adminRoutes, startEmulator } from '../../emulator/index.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { labelledLines } from '../output/text.js';

/** The flags of `emulator`. */
export interface EmulatorFlags {
  port: number;
  host: string;
}

/** Runs `emulator` until Ctrl-C. @throws {EmulatorError} where it cannot listen */
export async function runEmulator({ port, host }: EmulatorFlags): Promise<void> {
  const emulator = await startEmulator({ port, host });
  const ctrlC = listenForCtrlC();
  const routes = labelledLines(adminRoutes).join('\n');
  process.stdout.write(`OPERATIONS_EMULATOR_HOST=${emulator.host}\n\n`);
  process.stdout.write(`Admin routes at ${emulator.url}, which take and give JSON:\n${routes}\n`);
  if (!/^(?:127(?:\.\d+){3}|::1|localhost)$/i.test(host))
    process.stderr.write(`\nIt listens on ${host}: all who reach that address can use it, admin routes included.\n`);
  process.stderr.write('\nThe emulator runs until Ctrl-C.\n');
  await ctrlC.exitCode;
  await emulator.close();
}
