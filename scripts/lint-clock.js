/**
 * There is one clock (src/base/clock.ts), one source of randomness (src/base/random.ts) and one maker of ids (src/base/ids.ts):
 * tests hold time still and repeat a run from its seed only if nothing goes past them. This finds what does, in code and in SQL.
 *
 * A line that must is marked, with the reason, on itself or on the line before:
 *
 *   // clock-lint: allow the watchdog must work when the clock stands still
 *
 * `npm run check` runs it; alone, with Node 26: node scripts/lint-clock.js
 */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The owners of time, chance and ids; and the page, which lives by the browser's clock. */
const EXEMPT = [/^src\/base\/(clock|random|ids)\.ts$/, /^src\/tower\//, /\.test\.tsx?$/];

const CODE_RULES = [
  { pattern: /\bDate\s*\.\s*now\b/, use: 'the clock' },
  { pattern: /\bnew\s+Date\s*(\(\s*\)|(?![\s(\w]))/, use: 'the clock' },
  { pattern: /\bperformance\s*\.\s*(now|timeOrigin)\b/, use: 'the clock' },
  { pattern: /\bprocess\s*\.\s*hrtime\b/, use: 'the clock' },
  {
    pattern: /(?<![.\w$])((globalThis|global)\s*\.\s*)?(setTimeout|setInterval|setImmediate)\b(?!\s*:)/,
    use: "the clock's timers",
  },
  { pattern: /\bMath\s*\.\s*random\b/, use: 'src/base/random.ts' },
  {
    pattern: /\b(randomUUID|randomBytes|randomInt|getRandomValues)\b/,
    use: 'src/base/ids.ts or src/base/random.ts',
  },
];
/** In what a string holds, since that may be SQL; and in .sql files. */
const SQL_RULES = [
  {
    pattern: /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)/i,
    use: 'a parameter with the time of the clock',
  },
  {
    pattern: /\b(current_timestamp|current_date|localtimestamp)\b/i,
    use: 'a parameter with the time of the clock',
  },
  { pattern: /\b(random|gen_random_uuid|uuid_generate_v4|uuidv7)\s*\(\s*\)/i, use: 'a parameter' },
];
const TIMERS_MODULE = { pattern: /^(node:)?timers(\/promises)?$/, use: "the clock's timers" };

const ALLOWED = /clock-lint:\s*allow\b[ \t]*(.*)/;
const ALLOWED_IN_STRING = /--\s*clock-lint:\s*allow\b[ \t]*(.*)/;

/** What is wrong under `root`: lines of `path:line: what and what instead`. */
export function lintClock(root) {
  return globSync(['src/**/*.ts', 'src/**/*.tsx', 'src/**/*.sql'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !EXEMPT.some((exempt) => exempt.test(path)))
    .sort()
    .flatMap((path) => lintText(path, readFileSync(join(root, path), 'utf8')));
}

/** The same for one file's text. */
export function lintText(path, text) {
  const pieces = path.endsWith('.sql') ? piecesOfSql(text) : piecesOfCode(text);
  const allowed = new Set();
  const findings = [];
  for (const { kind, line, text: part } of byLine(pieces)) {
    // In a string it is the comment of the SQL there.
    const match = (kind === 'string' ? ALLOWED_IN_STRING : ALLOWED).exec(part);
    if (!match || kind === 'code') continue;
    if (match[1].replace(/\*\/\s*$/, '').trim() !== '') allowed.add(line);
    else findings.push({ line, message: '"clock-lint: allow" needs a reason' });
  }
  for (const { kind, start, line, text: part } of byLine(pieces)) {
    if (kind === 'comment') continue;
    // A mark before a statement over several lines is for all of it.
    const marks = kind === 'string' ? [line, line - 1, start, start - 1] : [line, line - 1];
    if (marks.some((mark) => allowed.has(mark))) continue;
    const rules = kind === 'code' ? CODE_RULES : [...SQL_RULES, TIMERS_MODULE];
    for (const { pattern, use } of rules) {
      const match = pattern.exec(part);
      if (match) findings.push({ line, message: `${match[0].trim()}: use ${use}` });
    }
  }
  return findings.sort((a, b) => a.line - b.line).map(({ line, message }) => `${path}:${line}: ${message}`);
}

/** Each piece cut at the ends of lines. */
function* byLine(pieces) {
  for (const piece of pieces) {
    let line = piece.line;
    for (const text of piece.text.split('\n'))
      yield { kind: piece.kind, start: piece.line, line: line++, text };
  }
}

/**
 * Source cut into code, strings (quoted or template) and comments. No parser: enough to know which is which, with regular
 * expressions taken for such where a value may begin.
 */
function piecesOfCode(text) {
  const pieces = [];
  let kind = 'code';
  let start = 0;
  let line = 1;
  const cut = (end, next) => {
    if (end > start) pieces.push({ kind, line, text: text.slice(start, end) });
    for (let index = start; index < end; index += 1) if (text[index] === '\n') line += 1;
    start = end;
    kind = next;
  };
  /** Depth of braces at which each open `${` closes. */
  const templates = [];
  let depth = 0;
  let index = 0;
  const template = () => {
    while (index < text.length && text[index] !== '`' && !text.startsWith('${', index))
      index += text[index] === '\\' ? 2 : 1;
    if (text.startsWith('${', index)) {
      cut(index, 'code');
      index += 2;
      templates.push(depth);
      return;
    }
    cut(index, 'code');
    index += 1;
  };
  while (index < text.length) {
    const char = text[index];
    if (text.startsWith('//', index) || text.startsWith('/*', index)) {
      const block = text[index + 1] === '*';
      const close = block ? text.indexOf('*/', index + 2) : text.indexOf('\n', index);
      cut(index, 'comment');
      index = close < 0 ? text.length : block ? close + 2 : close;
      cut(index, 'code');
    } else if (char === "'" || char === '"') {
      cut(index + 1, 'string');
      index += 1;
      while (index < text.length && text[index] !== char && text[index] !== '\n')
        index += text[index] === '\\' ? 2 : 1;
      cut(index, 'code');
      index += 1;
    } else if (char === '`') {
      index += 1;
      cut(index, 'string');
      template();
    } else if (char === '/' && valueMayBegin(text, index)) {
      index += 1;
      for (let inClass = false; index < text.length && text[index] !== '\n'; index += 1) {
        if (text[index] === '\\') index += 1;
        else if (text[index] === '[') inClass = true;
        else if (text[index] === ']') inClass = false;
        else if (text[index] === '/' && !inClass) break;
      }
      index += 1;
    } else {
      if (char === '{') depth += 1;
      if (char === '}') {
        if (templates.length > 0 && templates.at(-1) === depth) {
          templates.pop();
          index += 1;
          cut(index, 'string');
          template();
          continue;
        }
        depth -= 1;
      }
      index += 1;
    }
  }
  cut(text.length, 'code');
  return pieces;
}

/** Whether a `/` here begins a regular expression rather than dividing. */
function valueMayBegin(text, index) {
  const before = text.slice(Math.max(0, index - 20), index).trimEnd();
  return (
    before === '' ||
    /[(,=:[!&|?{};+\-*%~^<>]$/.test(before) ||
    /\b(return|typeof|case|in|of|await|yield)$/.test(before)
  );
}

/** SQL without its comments counts as one long string. */
function piecesOfSql(text) {
  return text.split('\n').flatMap((row, index) => {
    const comment = row.indexOf('--');
    if (comment < 0) return [{ kind: 'string', line: index + 1, text: row }];
    return [
      { kind: 'string', line: index + 1, text: row.slice(0, comment) },
      { kind: 'comment', line: index + 1, text: row.slice(comment) },
    ];
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const findings = lintClock(resolve(fileURLToPath(import.meta.url), '..', '..'));
  for (const finding of findings) console.log(finding);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
