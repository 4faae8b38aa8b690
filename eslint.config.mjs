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
      // `== null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // What is left out on purpose says so by its name.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      // A union of one member is switched over like one of many, and a flag that a callback sets looks constant to it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `toDomain<E>(stored)` names what a stored text is known to hold.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
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
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
