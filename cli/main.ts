#!/usr/bin/env node
// The first import, because it must run before anything loads Google's libraries.
import { hideLookupWarning } from '../google/http/library-logging.js';
import { exportSpans } from './export-spans.js';
import { runCommandLine } from './run.js';

hideLookupWarning();
const flush = await exportSpans(process.argv);
const code = await runCommandLine(process.argv);
await flush();
// Flush the output, then exit: the SDK's threads would keep the process alive.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
process.exit(code);
