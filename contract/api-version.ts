import type { OperationRef } from './activities.js';
import type { CancelOperationInput } from './input.js';
import { DEFAULT_SERVICE } from './names.js';

/**
 * The versions that have `operations.get` or the jobs, of the services whose `v1` has not. From the discovery documents of
 * November 2026 (PyPI google-api-python-client 2.202.0), and of the Gemini API, which has `batches` in v1beta only.
 */
const VERSIONS = Object.entries({
  v1alpha: ['admin-remotebuildexecution', 'apim', 'checks', 'cloudnumberregistry'],
  v1alpha1: ['contactcenteraiplatform'],
  v1alpha2: ['bigqueryreservation'],
  v1beta: ['generativelanguage'],
  v1beta1: ['aiplatform', 'datalabeling', 'firebase', 'firebasehosting', 'recommendationengine', 'runtimeconfig'],
  v1beta2: ['firebaseml'],
  v1b3: ['dataflow'],
  v2: ['apikeys', 'bigquery', 'bigtableadmin', 'cloudtasks', 'dialogflow', 'dlp', 'logging', 'retail', 'run'],
  v2alpha1: ['genomics'],
  v2beta: ['lifesciences'],
  v3: ['translate', 'translation'],
  v4: ['jobs'],
});

/**
 * The version of a service's API where the caller names none: `v1beta1` of Vertex AI, which has operations of more
 * resources than its `v1`; of others `v1`, or one that they have. Speech has names with a project in `v2` alone.
 *
 * @param name of the operation, or its parent
 */
export function defaultApiVersion(service: string, name = ''): string {
  if (service === 'speech.googleapis.com' && name.startsWith('projects/')) return 'v2';
  const isOf = (name: string) => `${name}.googleapis.com` === service;
  return VERSIONS.find(([, services]) => services.some(isOf))?.[0] ?? 'v1';
}

/** The operation of an input, with the defaults of what that leaves out. */
export function operationRef({ name, service = DEFAULT_SERVICE, apiVersion }: OperationName): OperationRef {
  return { service, apiVersion: apiVersion ?? defaultApiVersion(service, name), name };
}

type OperationName = Pick<CancelOperationInput, 'name' | 'service' | 'apiVersion'>;
