// What the compiler does not see. Payloads and names of devices are shown as text nodes only: what
// would make HTML of a text is an error here.
import tseslint from 'typescript-eslint';

const html = 'Texts become text nodes only: they come from devices.';
const banned = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'createContextualFragment',
  'setHTMLUnsafe',
  'srcdoc',
];

export default tseslint.config(
  {ignores: ['bundle/', 'node_modules/', 'build/']},
  {
    files: ['src/**/*.{ts,tsx}', 'unit/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      'max-len': ['error', {code: 100, ignoreUrls: true, ignorePattern: " d=| 'M|^import |: 'M"}],
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-restricted-globals': ['error', 'event', 'name'],
      'no-restricted-properties': [
        'error',
        ...banned.map((property) => ({property, message: html})),
        {object: 'document', property: 'write', message: html},
      ],
      'no-restricted-syntax': [
        'error',
        {selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: html},
        {
          selector: 'JSXAttribute[name.name="style"][value.type="Literal"]',
          message: 'Style by classes.',
        },
      ],
    },
  },
  {
    files: ['unit/**/*.ts'],
    // node:test's promises are the runner's.
    rules: {'@typescript-eslint/no-floating-promises': 'off'},
  },
);
