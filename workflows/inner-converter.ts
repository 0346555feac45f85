/** Temporal's own converter. A bundle for a host that has a converter has that module in place of this one. */
export { defaultPayloadConverter as payloadConverter } from '@temporalio/workflow';
