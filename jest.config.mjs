/** Nest 12 is ESM only: ts-jest emits ES modules, and the mapper turns `./x.js` in an import back into the `./x.ts` on disk. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '[.](spec|contract|property|e2e)[.]ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.json', diagnostics: false }],
  },
  testTimeout: 60_000,
  // One less than the cores, jest's own choice, would leave half of a small machine idle: much of the time is waiting for servers.
  maxWorkers: '100%',
};
