#!/usr/bin/env node
// The first import, because it must run before anything loads Google's libraries.
import { hideLookupWarning } from '../google/http/library-logging.js';
import { runCommandLine } from './run.js';

hideLookupWarning();
const code = await runCommandLine(process.argv);
// Flush the output, then exit: the SDK's threads would keep the process alive.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
process.exit(code);
