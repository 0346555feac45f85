/** What a way to get an executable needs to know. */
export interface ProviderContext {
  /** The folder that keeps what was built or downloaded. */
  cacheDir: string;
  /** Says on which step we are; one line without its end. */
  say: (line: string) => void;
  env: NodeJS.ProcessEnv;
}

/** A way to get an executable that is not on this machine yet. It answers with a problem instead of throwing one. */
export type Provider = (context: ProviderContext) => Promise<{ path: string } | { problem: string }>;
