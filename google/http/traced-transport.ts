import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { withoutQuery } from '../url.js';
import type { Transport } from './transport.js';

/**
 * Makes a span of each request, under the span that is active, if somebody collects spans. It has the URL without its
 * query, and neither header nor body.
 */
export function tracedTransport(transport: Transport): Transport {
  return {
    async send(request) {
      const { hostname } = new URL(request.url);
      const attributes = {
        'http.request.method': request.method,
        'url.full': withoutQuery(request.url),
        'server.address': hostname,
      };
      const span = trace
        .getTracer('temporal-lro')
        .startSpan(`Google:${request.what.split(' ', 1)[0]}`, { kind: SpanKind.CLIENT, attributes });
      try {
        const answer = await transport.send(request);
        span.setAttribute('http.response.status_code', answer.status);
        if (answer.status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
        return answer;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
        throw error;
      } finally {
        span.end();
      }
    },
  };
}
