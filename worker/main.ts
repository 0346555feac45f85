// The first import, because it must run before Google's libraries are loaded.
import { hideLookupWarning } from '../google/http/library-logging.js';
import { runWorkerProcess } from './process.js';

hideLookupWarning();
// An explicit exit: threads of the SDK may keep the process alive after the worker has stopped.
process.exit(await runWorkerProcess(process.env));
