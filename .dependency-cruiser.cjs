/**
 * The rooms of the house and the doors between them. An arrow is an import, and there are no others:
 *
 *   cli ─▶ gateway, governance ─▶ engine ─▶ store ─▶ domain
 *   engine, connectors/<vendor> ─▶ connectors/contract ─▶ domain
 *   tower ─▶ only the types of the gateway's API
 *   sandbox, connectors/<vendor>/sandbox ─▶ the sandbox's kit; never client, mapping or domain
 *   main.ts ─▶ everything
 *
 * Tests may import what they want; nothing else may import tests.
 */
const TEST = '\\.test\\.tsx?$';
const SANDBOX_OF_VENDOR = '^src/connectors/[^/]+/sandbox(/|[^/]*\\.ts$)';
/** What all connectors share: the contract, and what helps to keep it. */
const CONTRACT = '^src/connectors/[^/]+\\.ts$';

/** A room, and the only parts of src/ that it may import (itself included). */
function room(name, from, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from.path, pathNot: [TEST, ...(from.pathNot ?? [])] },
    to: { path: '^src/', pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    room('base', { path: '^src/base/' }, ['^src/base/'], 'The base knows no other room.'),
    room('domain', { path: '^src/domain/' }, ['^src/domain/'], 'The domain knows nothing but itself.'),
    {
      name: 'domain-is-pure',
      comment:
        'No library in the domain but schemas: no clock, no I/O. Scripts that publish its reference pages write files.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: [TEST, '/publish-[^/]+\\.ts$'] },
      to: { pathNot: ['^src/', '^node_modules/zod/'] },
    },
    room('store', { path: '^src/store/' }, ['^src/(store|domain|base)/'], 'The store is SQL for the domain.'),
    room(
      'contract',
      { path: CONTRACT },
      [CONTRACT, '^src/(domain|base)/'],
      'The contract knows the domain, no vendor, no engine.',
    ),
    room(
      'engine',
      { path: '^src/engine/' },
      [CONTRACT, '^src/(engine|store|domain|base)/'],
      'The engine knows connectors by their contract only.',
    ),
    room(
      'connector',
      { path: '^src/connectors/([^/]+)/', pathNot: [SANDBOX_OF_VENDOR] },
      [CONTRACT, '^src/(domain|base)/', '^src/connectors/$1/'],
      'A connector knows the contract and itself: no store, no engine, no other vendor.',
    ),
    room(
      'connector-sandbox',
      { path: '^src/connectors/([^/]+)/sandbox(/|[^/]*\\.ts$)' },
      ['^src/sandbox/kit/', '^src/base/', '^src/connectors/$1/sandbox(/|[^/]*\\.ts$)'],
      'A sandbox shares no code with what it judges, or the audit would go in a circle.',
    ),
    room(
      'sandbox-kit',
      { path: '^src/sandbox/kit/' },
      ['^src/sandbox/kit/', '^src/base/'],
      "The sandboxes' kit stands alone.",
    ),
    room(
      'sandbox',
      { path: '^src/sandbox/', pathNot: ['^src/sandbox/kit/'] },
      ['^src/(sandbox|base)/', SANDBOX_OF_VENDOR],
      "The sandbox retailer starts the vendors' sandboxes and knows nothing of the hub.",
    ),
    room(
      'gateway-governance',
      { path: '^src/(gateway|governance)/' },
      [CONTRACT, '^src/(gateway|governance|audit|engine|store|domain|base)/'],
      'HTTP and governance stand on the engine, and know no vendor.',
    ),
    room(
      'audit',
      { path: '^src/audit/' },
      ['^src/(audit|store|domain|base)/', '^src/sandbox/kit/types\\.ts$'],
      "The auditor reads the sandboxes' books as data (their types are shared), and shares no code with the engine.",
    ),
    room(
      'cli',
      { path: '^src/cli/' },
      [
        CONTRACT,
        '^src/(cli|gateway|governance|engine|store|domain|base|sandbox|audit|demo)/',
        '^src/main\\.ts$',
      ],
      'A command uses the parts, or main.ts, which has put them together.',
    ),
    room(
      'demo',
      { path: '^src/demo/' },
      ['^src/(demo|audit|sandbox|gateway|engine|store|domain|base)/'],
      'A demonstration starts a sandbox retailer and a hub process, and audits both.',
    ),
    room(
      'tower',
      { path: '^src/tower/' },
      ['^src/tower/', '^src/gateway/api-types\\.ts$'],
      'The page knows the API by its types only.',
    ),
    {
      name: 'tower-types-only',
      comment: 'The page takes types from the gateway, no code.',
      severity: 'error',
      from: { path: '^src/tower/', pathNot: TEST },
      to: { path: '^src/gateway/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tower-libraries',
      comment: 'The page runs in a browser: React and its helpers, nothing of Node.',
      severity: 'error',
      from: { path: '^src/tower/', pathNot: [TEST, '/vite\\.config\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'main',
      comment: 'main.ts puts all together; only commands, tests and the bench start from it.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', TEST] },
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'no-tests-in-source',
      comment: 'What is shipped must not need what is not.',
      severity: 'error',
      from: { path: '^(src|bin|scripts)/', pathNot: [TEST, '^src/connectors/contract-suite\\.ts$'] },
      to: { path: ['^(test|bench)/', TEST] },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one thing, or hold a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that leads nowhere, or to a package that package.json does not name.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that is here only because another one needs it.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-in-source',
      comment: 'What runs must not need what is installed for development only.',
      severity: 'error',
      from: { path: '^src/', pathNot: [TEST, '^src/connectors/contract-suite\\.ts$', '^src/tower/vite'] },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: ['^node_modules/@types/'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count as imports too: a room that needs another one's types knows it.
    tsPreCompilationDeps: true,
    // TypeScript 7 has no API to parse with; swc reads the same syntax, types included.
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
