#!/usr/bin/env node
/** The command `crossdock`, for any Node from 20 on. The sources run as they are; a published package holds dist/ instead. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { handedOver, root } from './runtime.js';

if (!(await handedOver())) {
  // What has been compiled once is not compiled again: a command answers sooner, and a hub need not hold the compiler.
  module.enableCompileCache();
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const compiled = new URL('../dist/cli/main.js', import.meta.url);
  const entry = [source, compiled].find((url) => existsSync(url));
  if (!entry) throw new Error(`Neither src/cli/main.ts nor dist/cli/main.js is in ${root}.`);
  await import(entry.href);
}
