import { readFile } from 'node:fs/promises';
import {
  createDefaultBackoffSettings,
  fallback,
  GoogleAuth,
  googleAuthLibrary,
  LongrunningDescriptor,
  operation as wrap,
  protobuf,
  protobufFromJSON,
} from 'google-gax';

/** What a user of Google's client libraries has: an Operation's `cancel()` and `promise()`. */
export interface GaxOperations {
  /** Cancels, and follows to the end with the default backoff. @returns when the promise settled, in ms since 1970 */
  cancelAndFollow(name: string): Promise<number>;
}

const SERVICE = 'google.longrunning.Operations';
const NAME = '{name=projects/*/locations/*/**}';

/**
 * google-gax's own Operation, over its own OperationsClient and its REST transport.
 *
 * Clients such as `@google-cloud/aiplatform` 6.9 wrap exactly these two, but over REST they ask for `/ui/projects/…`, the first of
 * the paths in their service configuration, which no public endpoint is documented to have; so the paths are given here.
 *
 * @param host `host:port` of the emulator
 */
export async function createGaxOperations(host: string): Promise<GaxOperations> {
  const [address = '', port = ''] = host.split(':');
  const auth = new GoogleAuth({ authClient: new googleAuthLibrary.PassThroughClient() });
  const httpRules = [
    { selector: `${SERVICE}.GetOperation`, get: `/v1beta1/${NAME}` },
    { selector: `${SERVICE}.CancelOperation`, post: `/v1beta1/${NAME}:cancel`, body: '*' },
  ];
  const protos = new URL('../protos/operations.json', import.meta.resolve('google-gax'));
  const protoJson = protobufFromJSON(JSON.parse(await readFile(protos, 'utf8')) as object);
  const client = fallback
    .lro({ auth, httpRules, protoJson })
    .operationsClient({ servicePath: address, port: Number(port), protocol: 'http' });
  const nothing = () => new protobuf.Message({});
  return {
    async cancelAndFollow(name) {
      const descriptor = new LongrunningDescriptor(client, nothing, nothing);
      const followed = wrap({ name } as never, descriptor, createDefaultBackoffSettings());
      await followed.cancel();
      // A cancelled operation rejects with its error's code 1.
      await followed.promise().catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== 1) throw error;
      });
      return Date.now();
    },
  };
}
