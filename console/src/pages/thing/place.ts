// Where in a section's text a refusal is about, as offsets. Pure.

// AWS's words name what is wrong in quotes, 'light' or "light": the last member of that name. The
// first line, where none is found.
export function placeOf(message: string, text: string): {from: number; to: number} {
  for (const [, name] of message.matchAll(/['"`]([^'"`]+)['"`]/g)) {
    for (const part of (name ?? '').split('.').reverse()) {
      const quoted = JSON.stringify(part);
      const at = text.lastIndexOf(`${quoted}:`);
      if (at >= 0) return {from: at, to: at + quoted.length};
    }
  }
  const end = text.indexOf('\n');
  return {from: 0, to: end < 0 ? text.length : end};
}

// Line and column, from 1.
export function lineOf(text: string, at: number): {line: number; column: number} {
  const before = text.slice(0, at).split('\n');
  return {line: before.length, column: (before[before.length - 1] ?? '').length + 1};
}
