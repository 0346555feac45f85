/** The settings of a development server, with every address and port chosen. */
export interface ServerArguments {
  ip: string;
  port: number;
  namespace: string;
  uiPort: number | undefined;
  searchAttributes: readonly string[];
  dbFile: string | undefined;
  dynamicConfig: Readonly<Record<string, unknown>>;
  extra: readonly string[];
}

/** The arguments of `temporal` that start a development server. */
export function serverArguments(options: ServerArguments): string[] {
  const ui = options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)];
  // With SQLite's default journal the server is several times slower.
  const db =
    options.dbFile === undefined
      ? []
      : [
          ...['--db-filename', options.dbFile],
          ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'],
        ];
  return [
    ...['server', 'start-dev', '--log-level', 'warn'],
    ...['--ip', options.ip, '--port', String(options.port), '--namespace', options.namespace],
    ...ui,
    ...options.searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...db,
    ...Object.entries(options.dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
    ...options.extra,
  ];
}
