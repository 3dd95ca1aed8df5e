// The layers, lowest first: a folder imports only from folders before it, and only through index.ts.
const layers = [
  'core',
  'fingerprint',
  'config',
  'store',
  'probes',
  'evidence',
  'alerts',
  'jobs',
  'web',
  'app',
  'cli',
];

const upward = layers.map((layer, i) => ({
  name: `${layer}-imports-downward-only`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: {
    path: '^src/',
    pathNot:
      layer === 'fingerprint'
        ? '^src/(core|fingerprint)/'
        : `^src/(${layers.slice(0, i + 1).join('|')}${layer === 'cli' || layer === 'app' ? '|sandbox' : ''})/`,
  },
}));

export default {
  forbidden: [
    ...upward,
    {
      name: 'sandbox-imports-only-core',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/', pathNot: '^src/(core|sandbox)/' },
    },
    {
      name: 'only-through-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/.+', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'fingerprint-is-pure',
      severity: 'error',
      from: { path: '^src/fingerprint/' },
      to: { dependencyTypes: ['core'], pathNot: '^$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-to-dev-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
