import type { OperationRef } from '../../contract/activities.js';

const UNSUPPORTED_TTL_MS = 3_600_000;

/** The collections that this process knows to have no `operations.wait`. Each is tried again after an hour. */
export function createWaitSupport() {
  const unsupportedSince = new Map<string, number>();
  return {
    isUnsupported: (ref: OperationRef): boolean =>
      (unsupportedSince.get(collectionOf(ref)) ?? 0) > Date.now() - UNSUPPORTED_TTL_MS,
    markUnsupported: (ref: OperationRef) => void unsupportedSince.set(collectionOf(ref), Date.now()),
  };
}

// A service may bind `wait` to a part of its collections: Vertex AI's v1beta1 does to 150 of 154 (discovery document).
function collectionOf({ service, apiVersion, name }: OperationRef): string {
  const collections = name.split('/').filter((_, index) => index % 2 === 0);
  return [service, apiVersion, ...collections].join('/');
}
