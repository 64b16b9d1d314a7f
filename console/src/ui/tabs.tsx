import {useRef} from 'preact/hooks';
import type {ComponentChildren} from 'preact';

export interface Tab {
  key: string;
  words: ComponentChildren;
}

interface Props {
  label: string;
  tabs: Tab[];
  current: string;
  onChoose: (key: string) => void;
  panel: string; // the id of what they switch
  small?: boolean;
}

// Arrow keys move and choose, as the pattern has it. The panel has role="tabpanel", and
// aria-labelledby with tabId(panel, current).
export function Tabs({label, tabs, current, onChoose, panel, small}: Props) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({key}) => key === current);
    const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1}[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChoose(next.key);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(tabId(panel, next.key))}`)?.focus();
  };
  return (
    <div
      ref={list}
      class={small ? 'tabs small' : 'tabs'}
      role="tablist"
      aria-label={label}
      onKeyDown={move}
    >
      {tabs.map(({key, words}) => (
        <button
          key={key}
          id={tabId(panel, key)}
          type="button"
          role="tab"
          class="tab"
          aria-selected={key === current}
          aria-controls={panel}
          tabIndex={key === current ? 0 : -1}
          onClick={() => onChoose(key)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

export const tabId = (panel: string, key: string) => `${panel}-tab-${key}`;
