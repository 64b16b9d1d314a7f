// Printed JSON in pieces by kind, for colours; those without a kind are brackets, commas, space.

export interface Token {
  kind?: 'name' | 'text' | 'number' | 'word';
  text: string;
}

const piece = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;

export function jsonTokens(printed: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const found of printed.matchAll(piece)) {
    if (found.index > at) tokens.push({text: printed.slice(at, found.index)});
    const [all, text, colon, number] = found;
    if (text !== undefined) {
      tokens.push({kind: colon === undefined ? 'text' : 'name', text});
      if (colon !== undefined) tokens.push({text: colon});
    } else {
      tokens.push({kind: number === undefined ? 'word' : 'number', text: all});
    }
    at = found.index + all.length;
  }
  if (at < printed.length) tokens.push({text: printed.slice(at)});
  return tokens;
}
