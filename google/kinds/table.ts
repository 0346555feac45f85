import { COMPUTE_KINDS } from './compute.js';
import { DATA_KINDS } from './data.js';
import type { Kind } from './kind.js';
import { OPERATION_KINDS } from './operations.js';
import { VERTEX_AI_KINDS } from './vertex-ai.js';

/** The kinds of jobs, by service. A name that matches no row here is that of an operation. */
export const KINDS: readonly Kind[] = [...VERTEX_AI_KINDS, ...DATA_KINDS, ...COMPUTE_KINDS, ...OPERATION_KINDS];
