// oxlint-disable-next-line import/no-unassigned-import -- it works by being first, before anything that loads Google's libraries
import '../google/http/library-logging.js';
import { runWorkerProcess } from './process.js';

// Exits by itself rather than when nothing is left to do: the SDK's threads must not hold a worker that has said goodbye.
process.exit(await runWorkerProcess(process.env));
