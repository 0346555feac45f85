import { adminRoutes, startEmulator } from '../../emulator/index.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { WIDTH, wrap } from '../output/text.js';

/** The flags of `emulator`. */
export interface EmulatorFlags {
  port: number;
  host: string;
}

/** Runs `emulator` until Ctrl-C. @throws {EmulatorError} where it cannot listen */
export async function runEmulator({ port, host }: EmulatorFlags): Promise<void> {
  const emulator = await startEmulator({ port, host });
  const ctrlC = listenForCtrlC();
  process.stdout.write(`OPERATIONS_EMULATOR_HOST=${emulator.host}\n\n`);
  process.stdout.write(`Admin routes at ${emulator.url}, which take and give JSON:\n${routesText()}\n`);
  process.stderr.write('\nThe emulator runs until Ctrl-C.\n');
  await ctrlC.exitCode;
  await emulator.close();
}

function routesText(): string {
  const width = Math.max(...Object.keys(adminRoutes).map((route) => route.length));
  return Object.entries(adminRoutes)
    .flatMap(([route, purpose]) =>
      wrap(purpose, WIDTH - width - 4).map((line, index) => `  ${(index === 0 ? route : '').padEnd(width)}  ${line}`),
    )
    .join('\n');
}
