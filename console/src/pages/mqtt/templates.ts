// Publishes that the user keeps, in this browser.

export interface Template {
  readonly name: string;
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export const TEMPLATES_MAX = 50;

const KEY = 'shadow-console-publishes';

// By name. What somebody else has written there, or an older console, is left out.
export function readTemplates(storage: Storage): Template[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isTemplate).slice(0, TEMPLATES_MAX) : [];
  } catch {
    return [];
  }
}

// Takes the place of one of the same name; gives all. Throws if the browser has no room.
export function keepTemplate(storage: Storage, template: Template): Template[] {
  const others = readTemplates(storage).filter(({name}) => name !== template.name);
  if (others.length >= TEMPLATES_MAX) throw new Error(`At most ${TEMPLATES_MAX} can be kept`);
  return write(storage, [...others, template]);
}

export function forgetTemplate(storage: Storage, name: string): Template[] {
  return write(
    storage,
    readTemplates(storage).filter((one) => one.name !== name),
  );
}

function write(storage: Storage, templates: Template[]): Template[] {
  const sorted = templates.sort((a, b) => a.name.localeCompare(b.name));
  storage.setItem(KEY, JSON.stringify(sorted));
  return sorted;
}

function isTemplate(value: unknown): value is Template {
  if (typeof value !== 'object' || value === null) return false;
  const {name, topic, payload, qos, retain} = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    name !== '' &&
    typeof topic === 'string' &&
    typeof payload === 'string' &&
    (qos === 0 || qos === 1) &&
    typeof retain === 'boolean'
  );
}
