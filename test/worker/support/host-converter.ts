import {
  CompositePayloadConverter,
  type Payload,
  type PayloadConverterWithEncoding,
  UndefinedPayloadConverter,
} from '@temporalio/common';

const ENCODING = 'json/host';

/** A host's JSON under an encoding of its own, which Temporal's converter does not know. */
class HostConverter implements PayloadConverterWithEncoding {
  readonly encodingType = ENCODING as never;

  toPayload(value: unknown): Payload {
    const encode = (text: string) => new TextEncoder().encode(text);
    return { metadata: { encoding: encode(ENCODING) }, data: encode(JSON.stringify(value)) };
  }

  fromPayload({ data }: Payload) {
    return JSON.parse(new TextDecoder().decode(data ?? new Uint8Array())) as never;
  }
}

export const payloadConverter = new CompositePayloadConverter(new UndefinedPayloadConverter(), new HostConverter());
