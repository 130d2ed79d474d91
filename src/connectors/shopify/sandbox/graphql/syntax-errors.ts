/** Where a document cannot be read, in the vendor's words. */
import { GraphQLError, Lexer, Source, type Token, TokenKind } from 'graphql';

/** The vendor's names of tokens. */
const NAMES: Readonly<Partial<Record<TokenKind, string>>> = {
  [TokenKind.PAREN_L]: 'LPAREN',
  [TokenKind.PAREN_R]: 'RPAREN',
  [TokenKind.BRACE_L]: 'LCURLY',
  [TokenKind.BRACE_R]: 'RCURLY',
  [TokenKind.BRACKET_L]: 'LBRACKET',
  [TokenKind.BRACKET_R]: 'RBRACKET',
  [TokenKind.COLON]: 'COLON',
  [TokenKind.EQUALS]: 'EQUALS',
  [TokenKind.BANG]: 'BANG',
  [TokenKind.PIPE]: 'PIPE',
  [TokenKind.AMP]: 'AMP',
  [TokenKind.AT]: 'DIR_SIGN',
  [TokenKind.DOLLAR]: 'VAR_SIGN',
  [TokenKind.SPREAD]: 'ELLIPSIS',
  [TokenKind.NAME]: 'IDENTIFIER',
  [TokenKind.INT]: 'INT',
  [TokenKind.FLOAT]: 'FLOAT',
  [TokenKind.STRING]: 'STRING',
  [TokenKind.BLOCK_STRING]: 'STRING',
};

/** Names that have a token of their own. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'enum extend false fragment implements input interface mutation null on query schema scalar subscription true type union'.split(
    ' ',
  ),
);

/** A parser's error as the vendor tells of it. */
export function syntaxError(text: string, error: GraphQLError): GraphQLError {
  const [at] = error.positions ?? [];
  const [location] = error.locations ?? [];
  if (at === undefined || !location) return error;
  const token = tokenAt(text, at);
  const what = token ? wordsOf(text, token) : `UNKNOWN_CHAR ("${text.slice(at, at + 1)}")`;
  return new GraphQLError(`syntax error, unexpected ${what} at [${location.line}, ${location.column}]`, {
    source: new Source(text),
    positions: [at],
  });
}

function wordsOf(text: string, { kind, start, end, value }: Token): string {
  if (kind === TokenKind.EOF) return 'end of file';
  const name = kind === TokenKind.NAME && KEYWORDS.has(value) ? value.toUpperCase() : (NAMES[kind] ?? kind);
  return `${name} ("${text.slice(start, end)}")`;
}

/** The token that begins here; undefined where none does. */
function tokenAt(text: string, at: number): Token | undefined {
  const lexer = new Lexer(new Source(text));
  try {
    for (let token = lexer.advance(); ; token = lexer.advance()) {
      if (token.start === at) return token;
      if (token.start > at || token.kind === TokenKind.EOF) return undefined;
    }
  } catch {
    return undefined;
  }
}
