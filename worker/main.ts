// oxlint-disable-next-line import/no-unassigned-import -- it must run before Google's libraries are loaded
import '../google/http/library-logging.js';
import { runWorkerProcess } from './process.js';

// An explicit exit: threads of the SDK may keep the process alive after the worker has stopped.
process.exit(await runWorkerProcess(process.env));
