#!/usr/bin/env node
// oxlint-disable-next-line import/no-unassigned-import -- it must run before anything loads Google's libraries
import '../google/http/library-logging.js';
import { runCommandLine } from './run.js';

const code = await runCommandLine(process.argv);
// Flush the output, then exit: the SDK's threads would keep the process alive.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
process.exit(code);
