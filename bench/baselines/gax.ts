import { readFile } from 'node:fs/promises';
import {
  createDefaultBackoffSettings,
  fallback,
  GoogleAuth,
  googleAuthLibrary,
  LongrunningDescriptor,
  operation as createOperation,
  protobuf,
  protobufFromJSON,
} from 'google-gax';

const SERVICE = 'google.longrunning.Operations';
const NAME = '{name=projects/*/locations/*/**}';

/**
 * `cancel()` and `promise()` of google-gax's Operation, over its OperationsClient and its REST transport.
 *
 * Clients such as `@google-cloud/aiplatform` 6.9 wrap these two, but over REST they send `/ui/projects/…`, the first
 * path in their service configuration, which no public endpoint documents. The paths are therefore set here.
 *
 * @param host - `host:port` of the emulator
 * @returns a function that cancels an operation, and polls it with the default backoff until the end
 */
export async function createGaxCancel(host: string): Promise<(name: string) => Promise<void>> {
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
  const decodeNothing = () => new protobuf.Message({});
  return async (name) => {
    const descriptor = new LongrunningDescriptor(client, decodeNothing, decodeNothing);
    const operation = createOperation({ name } as never, descriptor, createDefaultBackoffSettings());
    await operation.cancel();
    // The promise of a cancelled operation rejects with code 1.
    await operation.promise().catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 1) throw error;
    });
  };
}
