/**
 * Runs all checks and tests, and ends with one line: `N passed, N failed`. Usage:
 *
 *   npm test                 everything
 *   npm test -- stock lane   only test files whose path contains one of the words; no static checks
 *   npm run check            only the static checks
 *
 * Each static check counts as one test. With CI=true a skipped test is a failure.
 */
import { handedOver } from '../bin/runtime.js';

if (!(await handedOver())) {
  const { staticChecks } = await import('./test-static.js');
  const { testFiles } = await import('./test-files.js');
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const onlyStatic = process.argv.includes('--static');

  const total = { passed: 0, failed: 0, skipped: 0 };
  if (words.length === 0) add(await staticChecks());
  if (!onlyStatic) add(await testFiles(words));

  if (process.env.CI === 'true' && total.skipped > 0) {
    console.log(`\nCI: ${total.skipped} skipped tests count as failed.`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;

  function add(counts) {
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
}
