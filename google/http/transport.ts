/** Sends one request, once: no retries, no redirects. */
export interface Transport {
  /**
   * @throws GoogleApiError of any kind but `STATUS`, `NOT_API_ERROR` and `REDIRECT`: an answer is returned,
   *   whatever its status.
   */
  send(request: TransportRequest): Promise<HttpAnswer>;
}

export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  /** JSON. Left out, nothing is sent. */
  body?: string;
  /** The call and its operation, such as `get of projects/p/operations/1`: an error's message begins with it. */
  what: string;
  /** Limit for the whole exchange, the body included, in milliseconds. */
  timeoutMs: number;
  /** Limit for the body of a 2xx, unpacked. */
  maxBytes: number;
  signal?: AbortSignal;
}

/** An HTTP response. The token that was sent is redacted from it. */
export interface HttpAnswer {
  status: number;
  headers: { get(name: string): string | null };
  text: string;
}
