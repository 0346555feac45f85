#!/usr/bin/env node
// oxlint-disable-next-line import/no-unassigned-import -- it works by being first, before anything that loads Google's libraries
import '../google/http/library-logging.js';
import { runCommandLine } from './run.js';

const code = await runCommandLine(process.argv);
// What was written goes out first; then the SDK's threads must not hold a command that has ended.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
process.exit(code);
