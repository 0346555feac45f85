// Mutation testing: `npm run test:mutation`. A mutant is a small change to the code; the tests have to fail on it.

// These are the files that decide without doing anything themselves, and those that map errors. A wrong boundary there
// stays unseen for long, and tests of it need no server. Left out are
// - files that talk to Google, to Temporal or to a terminal: their tests need those, and take seconds each;
// - code that runs in the workflow sandbox only: a mutant that is switched on by an environment variable is off in there;
// - types, words and tables without a branch (index.ts, contract/activities.ts, contract/outcome.ts, contract/result.ts, contract/nexus.ts): no mutants.
const mutate = [
  'contract/{bulk,code,duration,fields,input,invalid-input,messages,names,outcome-sentence,text}.ts',
  'google/{access,endpoint,error,error-cause,glob,limiter,operation,redact,url,verdict}.ts',
  'google/http/{body,credentials-error,error-of-answer,retry-after}.ts',
  'activities/{classify,failure-hints,refusal,semaphore}.ts',
  'activities/reconcile/{choose-wakes,list-running,pace}.ts',
  'activities/polling/{interval,retry-spreader,truncate-operation,wait-support}.ts',
  'workflows/{details,markdown,progress}.ts',
  'workflows/bulk/{carry,progress,seen-names}.ts',
  'config/{google-config,host-port,temporal-config,variables,worker-config}.ts',
  'cli/{exit-code,input/operation-name,input/service-of-url,output/printable,resolve,status/text,temporal/errors,temporal/failure}.ts',
  'client/{search-attributes,pending-activity}.ts',
];

// Each is a process of its own for each mutant that it reaches: only what needs no Temporal server and ends within a second or so.
const testFiles = [
  'dist/test/contract/*.test.js',
  'dist/test/google/{access,body,credentials-error,endpoint,error-of-answer,limiter,operation,redact,retry-after,url,verdict}.test.js',
  'dist/test/activities/{classify,failure-hints,interval,refusal,retry-spreader,semaphore,truncate-operation,wait-support}.test.js',
  'dist/test/activities/reconcile/{choose-wakes,list-running}.test.js',
  'dist/test/workflows/shown/{details,progress}.test.js',
  'dist/test/bulk/{carry,pages,progress,seen-names}.test.js',
  'dist/test/config/{host-port,settings,worker-config}.test.js',
  'dist/test/cli/{names,words}.test.js',
  'dist/test/client/{search-attributes,pending-activity}.test.js',
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
  // dist stays: Stryker searches it for the test files before it builds.
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
