// JSON with line breaks and indents. Only space between tokens changes: numbers keep their
// spelling, members their order and their duplicates, as JSON.parse and stringify would not.

const INDENT = '  ';

// Null: it is no JSON.
export function pretty(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let out = '';
  let depth = 0;
  for (const token of tokens(text)) {
    if (token === '{' || token === '[') {
      depth += 1;
      out += token + lineBreak(depth);
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out = isOpening(out.trimEnd().slice(-1))
        ? out.trimEnd() + token
        : out + lineBreak(depth) + token;
    } else if (token === ',') {
      out += token + lineBreak(depth);
    } else {
      out += token === ':' ? ': ' : token;
    }
  }
  return out;
}

function* tokens(text: string): Generator<string> {
  const pattern = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  for (const match of text.matchAll(pattern)) yield match[0];
}

function lineBreak(depth: number): string {
  return `\n${INDENT.repeat(depth)}`;
}

function isOpening(character: string): boolean {
  return character === '{' || character === '[';
}
