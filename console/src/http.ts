// One request to shadowd, which serves this page as well: all addresses are relative to its own.
import {parseJson, printJson} from './json/json';

// What was refused, or did not come through (status 0). `body` is what the answer had.
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown = undefined,
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

export const unreachable = 'shadowd cannot be reached';

export function address(
  parts: string[],
  query: Record<string, string | number | undefined> = {},
): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const search = pairs.length ? `?${new URLSearchParams(pairs).toString()}` : '';
  return new URL(`../${parts.map(encodeURIComponent).join('/')}${search}`, document.baseURI).href;
}

function wordsOf(body: unknown, status: number): string {
  const message = (body as {message?: unknown} | undefined)?.message;
  return typeof message === 'string' && message ? message : `refused (${String(status)})`;
}

// The body of an answer is JSON, or its text where it is not. Throws Refused.
export async function send(
  method: string,
  url: string,
  csrf: string | undefined,
  body?: unknown,
): Promise<unknown> {
  const headers: Record<string, string> = {};
  if (csrf) headers['x-shadow-csrf'] = csrf;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      method,
      headers,
      cache: 'no-store',
      body: body === undefined ? undefined : printJson(body),
    });
    text = await answer.text();
  } catch {
    throw new Refused(0, unreachable);
  }
  let content: unknown = text;
  try {
    content = text === '' ? undefined : parseJson(text);
  } catch {
    // It stays a text.
  }
  if (answer.ok) return content;
  throw new Refused(
    answer.status,
    wordsOf(content, answer.status),
    content,
    Number(answer.headers.get('retry-after') ?? 0),
  );
}
