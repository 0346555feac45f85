// Mutation testing: `npm run test:mutation`. A mutant is a small change to the code; the tests have to fail on it.

// What is in: what decides without doing anything itself, and the mapping of errors. A wrong boundary there stays unseen
// for long, and tests of it need no server. Out are
// - what talks to Google, to Temporal or to a terminal: its tests need those, and take seconds each;
// - code that runs in the workflow sandbox only: a mutant that is switched on by an environment variable is off in there;
// - types, words and tables without a branch (index.ts, contract/activities.ts, contract/result.ts, contract/nexus.ts): no mutants.
const mutate = [
  'contract/{bulk,code,duration,fields,input,invalid-input,messages,names,outcome}.ts',
  'google/{access,body,cause,credentials-error,endpoint,error,glob,operation,retry-after,scrub,status,url}.ts',
  'activities/{advice,collection,fit,held,judge,limiter,pace,snapshots,turns}.ts',
  'workflows/{bulk-carry,bulk-progress,details,markdown,progress,seen-names}.ts',
  'worker/{config,google-config,host-port,redact,temporal-config,variables}.ts',
  'cli/{exit-code,explain,failure,operation-name,printable,resolve,service-of-url,status-text}.ts',
  'client/{attributes,pending}.ts',
];

// Each is a process of its own for each mutant that it reaches: only what needs no Temporal server and ends within a second or so.
const testFiles = [
  'dist/test/contract/*.test.js',
  'dist/test/google/{access,body,credentials-error,endpoint,operation,retry-after,scrub,status,url}.test.js',
  'dist/test/activities/{advice,fit,held,judge,limiter,pace,snapshots,turns}.test.js',
  'dist/test/workflows/{bulk-progress,details,progress,seen-names}.test.js',
  'dist/test/bulk/{carry,pages}.test.js',
  'dist/test/worker/{config,redact,settings}.test.js',
  'dist/test/cli/{explain,names,words}.test.js',
  'dist/test/client/{attributes,pending}.test.js',
];

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
const config = {
  mutate,
  // The JavaScript of all mutants at once, one of them switched on for each run. Types are not checked: mutants break them.
  buildCommand: 'tsc -p . --noCheck --declaration false --sourceMap false',
  testRunner: 'tap',
  tap: { testFiles, nodeArgs: ['--test-reporter=tap'], forceBail: true },
  coverageAnalysis: 'perTest',
  // Stryker would read this file with a part of the compiler that TypeScript 7 does not have.
  tsconfigFile: 'none',
  // dist stays: Stryker looks there for the test files before it builds.
  ignorePatterns: ['/docs', '/examples', '/test/histories', '/.ci'],
  concurrency: 2,
  timeoutMS: 6_000,
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: 'reports/mutation.html' },
  jsonReporter: { fileName: 'reports/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};

// oxlint-disable-next-line import/no-default-export -- Stryker takes its configuration so
export default config;
