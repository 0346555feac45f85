import type { OperationRef } from '../../contract/activities.js';

const UNSUPPORTED_TTL_MS = 3_600_000;
/** More collections than Google's APIs have. With names that callers make up the oldest is dropped, and tried again. */
const MAX_COLLECTIONS = 1_000;

/** The collections that this process knows to have no `operations.wait`. Each is tried again after an hour. */
export function createWaitSupport() {
  /** In the order of their times, in ms since 1970. */
  const unsupportedSince = new Map<string, number>();
  const dropOld = (now: number): void => {
    for (const [collection, since] of unsupportedSince) {
      if (since > now - UNSUPPORTED_TTL_MS && unsupportedSince.size < MAX_COLLECTIONS) break;
      unsupportedSince.delete(collection);
    }
  };
  return {
    isUnsupported: (ref: OperationRef): boolean =>
      (unsupportedSince.get(collectionOf(ref)) ?? 0) > Date.now() - UNSUPPORTED_TTL_MS,
    markUnsupported(ref: OperationRef): void {
      const [collection, now] = [collectionOf(ref), Date.now()];
      unsupportedSince.delete(collection);
      dropOld(now);
      unsupportedSince.set(collection, now);
    },
  };
}

// A service may bind `wait` to a part of its collections: Vertex AI's v1beta1 does to 150 of 154 (discovery document).
function collectionOf({ service, apiVersion, name }: OperationRef): string {
  const collections = name.split('/').filter((_, index) => index % 2 === 0);
  return [service, apiVersion, ...collections].join('/');
}
