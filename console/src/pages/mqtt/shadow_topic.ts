// AWS's shadow topics, for who does not want to spell them.

export const SHADOW_REQUESTS = ['update', 'get', 'delete'] as const;

export type ShadowRequest = (typeof SHADOW_REQUESTS)[number];

const EXAMPLES: Record<ShadowRequest, string> = {
  update: '{"state":{"desired":{"power":"on"}}}',
  get: '',
  delete: '',
};

// `shadow` is empty for the classic one.
export function shadowTopic(thing: string, shadow: string, request: ShadowRequest): string {
  const name = shadow === '' ? '' : `/name/${shadow}`;
  return `$aws/things/${thing}/shadow${name}/${request}`;
}

// All that its shadow says: answers, documents and deltas.
export function shadowFilter(thing: string, shadow: string): string {
  return shadow === ''
    ? `$aws/things/${thing}/shadow/#`
    : `$aws/things/${thing}/shadow/name/${shadow}/#`;
}

export function examplePayload(request: ShadowRequest): string {
  return EXAMPLES[request];
}

// What is wrong with the names; null: nothing. As AWS has them.
export function nameFault(thing: string, shadow: string): string | null {
  if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(thing)) {
    return "A thing's name has 1 to 128 of a-z, A-Z, 0-9, colon, _ and -";
  }
  if (shadow !== '' && !/^[$a-zA-Z0-9:_-]{1,64}$/.test(shadow)) {
    return "A shadow's name has at most 64 of $, a-z, A-Z, 0-9, colon, _ and -";
  }
  return null;
}
