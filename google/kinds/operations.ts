import { LOCATION, type Kind } from './kind.js';

/** What operations that are no google.longrunning.Operation have in common: `DONE` says nothing of how it ended. */
const OPERATION: Pick<Kind, 'kind' | 'read' | 'state'> = { kind: 'operation', read: 'operation', state: 'status' };

/** The operations of a type of their own, from the discovery documents of November 2026. */
export const OPERATION_KINDS: readonly Kind[] = [
  {
    ...OPERATION,
    service: 'container.googleapis.com',
    names: [`${LOCATION}/operations/*`, 'projects/*/zones/*/operations/*'],
    stopping: ['ABORTING'],
    error: 'error',
    evidence: { CANCELLED: 'error.code', FAILED: 'error' },
    times: { start: 'startTime', end: 'endTime' },
    list: { unpaged: true, location: 'location', unreachable: 'missingZones' },
  },
  {
    ...OPERATION,
    service: 'sqladmin.googleapis.com',
    names: ['projects/*/operations/*'],
    error: 'error.errors',
    evidence: { FAILED: 'error.errors' },
    times: { create: 'insertTime', start: 'startTime', end: 'endTime' },
    cancel: { verb: '/cancel' },
    list: { array: 'items', pageSizeIn: 'maxResults' },
  },
  {
    ...OPERATION,
    service: 'compute.googleapis.com',
    names: ['global', 'regions/*', 'zones/*'].map((scope) => `projects/*/${scope}/operations/*`),
    otherId: 'id',
    error: 'error.errors',
    evidence: { FAILED: 'error.errors' },
    times: { create: 'insertTime', start: 'startTime', end: 'endTime' },
    cancel: { none: 'Compute Engine has no cancel of operations' },
    list: { array: 'items', running: 'status != DONE', pageSizeIn: 'maxResults', maxPageSize: 500 },
  },
];
