// JSON to the digit: numbers that JavaScript cannot hold as they stand keep their text, so that
// what a device wrote is shown, compared and sent as it wrote it. Objects have no prototype:
// `__proto__` is a name like any other.
import type {Json, JsonObject} from '../wire';

// A number whose text is not what JavaScript would print for it: 9007199254740993, 1.0, 1e3.
export class Exact {
  readonly kind = 'exact';
  constructor(readonly text: string) {}
}

export class JsonError extends Error {
  constructor(
    message: string,
    readonly at: number, // offset in the text
  ) {
    super(message);
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Exact);

export const emptyObject = (): JsonObject => Object.create(null) as JsonObject;

const depthMax = 512;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const space = /[ \t\r\n]*/y;
const words: Record<string, Json> = {true: true, false: false, null: null};

class Parser {
  private at = 0;
  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value(0);
    this.skip();
    if (this.at < this.text.length) this.fail('nothing more is expected here');
    return value;
  }

  private fail(message: string, at = this.at): never {
    throw new JsonError(message, at);
  }

  private skip(): void {
    space.lastIndex = this.at;
    space.test(this.text);
    this.at = space.lastIndex;
  }

  // The text of `pattern` here, if it is here.
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private takes(character: string): boolean {
    this.skip();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private value(depth: number): Json {
    if (depth > depthMax) this.fail('this is nested too deep');
    this.skip();
    const first = this.text[this.at];
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return this.string();
    for (const [word, value] of Object.entries(words)) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    const digits = this.take(number);
    if (digits === undefined) this.fail('a value is expected here');
    const value = Number(digits);
    if (!Number.isFinite(value)) this.fail('this number is too large', this.at - digits.length);
    return String(value) === digits ? value : new Exact(digits);
  }

  private string(): string {
    const found = this.take(string);
    if (found === undefined) this.fail('this text does not end, or has what must be escaped');
    return JSON.parse(found) as string;
  }

  private object(depth: number): Json {
    const object = emptyObject();
    this.at++;
    if (this.takes('}')) return object;
    do {
      this.skip();
      const begin = this.at;
      if (this.text[this.at] !== '"') this.fail('a name in quotes is expected here');
      const name = this.string();
      if (name in object) this.fail(`"${name}" is there twice`, begin);
      if (!this.takes(':')) this.fail('a colon is expected here');
      object[name] = this.value(depth + 1);
    } while (this.takes(','));
    if (!this.takes('}')) this.fail('a comma or } is expected here');
    return object;
  }

  private array(depth: number): Json {
    const array: Json[] = [];
    this.at++;
    if (this.takes(']')) return array;
    do array.push(this.value(depth + 1));
    while (this.takes(','));
    if (!this.takes(']')) this.fail('a comma or ] is expected here');
    return array;
  }
}

// Throws JsonError.
export function parseJson(text: string): Json {
  return new Parser(text).whole();
}

const inlineMax = 60;

// An array of texts and numbers that is short stands on one line.
function isInline(value: unknown): value is unknown[] {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one !== 'object' || one === null || one instanceof Exact) &&
    printJson(value).length <= inlineMax
  );
}

// As JSON.stringify with that many spaces, but for arrays that are short; 0: on one line.
export function printJson(value: unknown, spaces = 0, before = ''): string {
  if (value instanceof Exact) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (spaces && isInline(value)) return `[${value.map((one) => printJson(one)).join(', ')}]`;
  const inner = before + ' '.repeat(spaces);
  const parts = Array.isArray(value)
    ? value.map((element) => printJson(element, spaces, inner))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(
          ([name, member]) =>
            `${JSON.stringify(name)}:${spaces ? ' ' : ''}${printJson(member, spaces, inner)}`,
        );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (parts.length === 0 || spaces === 0) return `${open ?? ''}${parts.join(',')}${close ?? ''}`;
  return `${open ?? ''}\n${inner}${parts.join(`,\n${inner}`)}\n${before}${close ?? ''}`;
}

const isInteger = (digits: string) => !/[.eE]/.test(digits);

function sameNumber(a: number | Exact, b: number | Exact): boolean {
  const [x, y] = [a, b].map((one) => (one instanceof Exact ? one.text : String(one))) as [
    string,
    string,
  ];
  if (x === y) return true;
  return !(isInteger(x) && isInteger(y)) && Number(x) === Number(y);
}

const isNumber = (value: Json | undefined): value is number | Exact =>
  typeof value === 'number' || value instanceof Exact;

// Equal as a device sees it: numbers by value, objects whatever their order (E8, E9 of the
// contract).
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (isNumber(a) && isNumber(b)) return sameNumber(a, b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((element, index) => same(element, b[index]));
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => name in b && same(a[name], b[name]))
    );
  }
  return a === b;
}
