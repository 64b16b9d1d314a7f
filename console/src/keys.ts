// Keys that do something, wherever one is: single ones, and sequences such as `g t`. Not while one
// types into something, but Escape.
import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';

const sequenceMs = 1200;

export interface Binding {
  keys: string;
  words: string;
  run(): void;
}

// Those that hold now, the latest last: it wins where two have the same keys. For the help.
export const bindings = signal<readonly Binding[]>([]);

export function bind(binding: Binding): () => void {
  bindings.value = [...bindings.value, binding];
  return () => {
    bindings.value = bindings.value.filter((other) => other !== binding);
  };
}

// While the component is there, and `on`.
export function useKey(keys: string, words: string, run: () => void, on = true): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(
    () => (on ? bind({keys, words, run: () => latest.current()}) : undefined),
    [keys, words, on],
  );
}

// What `typed` comes to with these bindings: one that is meant, or that more has to come.
export function match(typed: string, all: readonly Binding[]): Binding | 'more' | undefined {
  let found: Binding | 'more' | undefined;
  for (const binding of all) {
    if (binding.keys === typed) found = binding;
    else if (binding.keys.startsWith(`${typed} `) && found === undefined) found = 'more';
  }
  return found;
}

function isTyping(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

let typed = '';
let typedAt = 0;

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === 'Shift') return;
  // Behind an open dialog nothing is meant; and in an editor's shadow root the path has the target.
  if (
    document.querySelector('dialog[open]') ||
    (isTyping(event.composedPath()[0]) && event.key !== 'Escape')
  )
    return;
  const before = event.timeStamp - typedAt < sequenceMs ? typed : '';
  for (const now of before ? [`${before} ${event.key}`, event.key] : [event.key]) {
    const found = match(now, bindings.value);
    if (found === undefined) continue;
    typed = found === 'more' ? now : '';
    typedAt = event.timeStamp;
    event.preventDefault();
    if (found !== 'more') found.run();
    return;
  }
  typed = '';
  // What one types into is left, so that keys mean something again.
  const [field] = event.composedPath();
  if (event.key === 'Escape' && isTyping(field)) (field as HTMLElement).blur();
}

export function startKeys(): void {
  addEventListener('keydown', press);
}
