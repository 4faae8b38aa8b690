/** Which way imports may go. Each rule says why; a file without a suffix (`contribution.ts`) is pure. */
const CONTEXTS = 'individual|employer|correction|ledger|identity|audit|terminal|hotline|portal';
const CONTRACTS = ['/(events|settlement-route)[.]ts$', '[.]messages[.]ts$'];
const TESTS = '[.](spec|contract|property|e2e)[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'kernel-stands-alone',
      comment: 'Money, calendar and numbers are used everywhere: what they needed, everything would need.',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: TESTS },
      to: { pathNot: ['^src/kernel/', '^(node:)?assert$'] },
    },
    {
      name: 'pure-stays-pure',
      comment:
        'Decisions, rules and postings are replayed years later and must come out the same: they see no store, clock or framework. Contracts of a neighbour are pure too.',
      severity: 'error',
      from: { path: '^src/(rules|individual|ledger|employer|correction)/[^.]+[.]ts$' },
      to: {
        pathNot: [
          '^src/kernel/',
          '^(node:)?assert$',
          '^src/(rules|individual|ledger|employer|correction)/[^.]+[.]ts$',
          '^src/event-store/(canonical|chain|event-store|metadata|keyring|transact)[.]ts$',
        ],
      },
    },
    {
      name: 'contexts-meet-at-contracts',
      comment:
        'A context can be changed inside as long as its events and messages stand: nobody else may lean on the rest. rules, event-store, projection, http and kernel are shared layers below them.',
      severity: 'error',
      from: { path: '^src/(individual|employer|correction|ledger|terminal|hotline|portal)/', pathNot: TESTS },
      to: { path: `^src/(${CONTEXTS})/`, pathNot: ['^src/$1/', ...CONTRACTS] },
    },
    {
      name: 'readers-meet-at-pure-files',
      comment:
        'Identity and audit open and replay what the write side sealed and decided: they share its pure folds and its envelope, so that there is one reading of a life, and nothing that runs.',
      severity: 'error',
      from: { path: '^src/(identity|audit)/', pathNot: TESTS },
      to: {
        path: `^src/(${CONTEXTS})/`,
        pathNot: ['^src/$1/', ...CONTRACTS, '/[^./]+[.]ts$', '^src/individual/individual[.]sealing[.]ts$'],
      },
    },
    {
      name: 'channels-do-not-append',
      comment: 'A till, a telephone or a page asks through the buses, where the rules and the counting are.',
      severity: 'error',
      from: { path: '^src/(terminal|hotline|portal)/' },
      to: { path: '^src/(event-store|projection)/' },
    },
    {
      name: 'only-the-root-picks-an-adapter',
      comment: 'Which engine runs is chosen in one place; everything else knows the port.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(app[.]module|engines|projector[.]worker)[.]ts$',
          '^src/cli',
          '[.]adapter[.]ts$',
          TESTS,
        ],
      },
      to: { path: '[.]adapter[.]ts$' },
    },
    {
      name: 'layers-do-not-look-up',
      comment:
        'The shared layers know no context: else a change of one would reach all. The message contract that names a request’s origin is the one exception.',
      severity: 'error',
      from: { path: '^src/(event-store|projection|http|rules)/', pathNot: TESTS },
      to: {
        path: `^src/(${CONTEXTS}|demo|cli)/`,
        pathNot: ['^src/individual/individual[.]messages[.]ts$'],
      },
    },
    {
      name: 'sqlite-behind-adapters',
      comment: 'One engine of two: what needs it by name would not run on the other.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.](adapter|sqlite|queries|projection)[.]ts$', TESTS] },
      to: { path: 'node_modules/better-sqlite3' },
    },
    {
      name: 'clients-speak-http',
      comment:
        'The demo and the client commands do what a client does; they must not take a way round the interface.',
      severity: 'error',
      from: { path: '^src/(demo/|cli/(submit|locate|balance|history|generate)[.]command)', pathNot: TESTS },
      to: { path: '^src/(event-store|projection|individual|ledger|identity|audit)/' },
    },
    {
      name: 'src-never-needs-test',
      comment: 'What is shipped must run without what is not.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or hide a third. Types may look both ways.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphan',
      comment: 'A file that nobody imports is dead, or a test that never ran.',
      severity: 'error',
      from: { orphan: true, pathNot: [TESTS, '^src/(main|cli)[.]ts$', '[.]d[.]ts$', '^bench/'] },
      to: {},
    },
    {
      name: 'no-dev-dependency-in-src',
      comment: 'The image is built without them.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere fails only when it is reached.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
