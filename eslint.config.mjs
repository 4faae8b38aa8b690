import tseslint from 'typescript-eslint';

/** Typed rules: what prettier and the compiler cannot see. */
export default tseslint.config(
  { ignores: ['dist/', 'build/', 'coverage/', 'data/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A union is switched over whole and without a default, so that a new member does not compile until it is met.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: true, attributes: true } },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      // Nest modules are classes with nothing in them.
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowStaticOnly: true },
      ],
      // bigint and number print the same in a text whatever the locale.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A port says Promise for the sake of the adapter that needs it; another may answer at once.
      '@typescript-eslint/require-await': 'off',
      // `() => stream.write(x)` reads better than a block with a lonely statement.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // The DTO classes are filled in by class-transformer: `!` says so.
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A `type` puts no second meaning on a name; classes implement types as well as interfaces.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // A DTO is its shape: an answer is a literal, and only class-transformer calls the constructors.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // It does not see that a branded bigint is a bigint.
      '@typescript-eslint/no-unsafe-unary-minus': 'off',
      // Numbers, codes and names here hold no joined characters.
      '@typescript-eslint/no-misused-spread': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'A union of texts is what the wire and the events hold.' },
      ],
    },
  },
  {
    files: ['**/*.{spec,contract,property,e2e}.ts', 'test/**/*.ts'],
    rules: {
      // A test reads a JSON answer whose shape it then checks.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
