import type {ComponentChildren} from 'preact';
import {useEffect, useReducer, useRef} from 'preact/hooks';
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';

interface Props {
  count: number;
  rowHeight: number; // px, of every row
  row: (index: number) => ComponentChildren; // of that height, with a key
  onRange?: (from: number, to: number) => void; // which rows are there now, `to` excluded
  overscan?: number;
  class?: string;
  role?: 'table' | 'grid' | 'list' | 'log' | 'tree' | 'treegrid';
  label?: string;
  follow?: boolean; // stays at the end while it is there
  header?: ComponentChildren; // stays at the top, scrolls sideways with the rows
}

type Box = Virtualizer<HTMLDivElement, HTMLDivElement>;

// A long list of which only what is seen is in the document. Scrolls by itself: give it a height.
export function VirtualList({
  count,
  rowHeight,
  row,
  onRange,
  overscan = 8,
  class: more = '',
  role,
  label,
  follow,
  header,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [, render] = useReducer((times: number) => times + 1, 0);
  const held = useRef<Box | undefined>(undefined);
  const options = {
    count,
    overscan,
    estimateSize: () => rowHeight,
    getScrollElement: () => box.current,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => render(undefined),
  };
  const list = (held.current ??= new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  list.setOptions({...list.options, ...options});

  useEffect(() => list._didMount(), []);
  useEffect(() => list._willUpdate());
  useEffect(() => list.measure(), [rowHeight]);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count, follow]);

  const items = list.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = (items[items.length - 1]?.index ?? -1) + 1;
  useEffect(() => onRange?.(from, to), [from, to]);

  return (
    <div
      ref={box}
      class={`virtual ${more}`}
      role={role}
      aria-label={label}
      aria-rowcount={role === 'table' || role === 'grid' || role === 'treegrid' ? count : undefined}
    >
      {header}
      <div
        class="virtual-all"
        role={role === 'table' || role === 'grid' || role === 'treegrid' ? 'rowgroup' : undefined}
        style={{height: `${String(list.getTotalSize())}px`}}
      >
        <div
          class="virtual-shown"
          role="presentation"
          style={{transform: `translateY(${String(items[0]?.start ?? 0)}px)`}}
        >
          {items.map(({index}) => row(index))}
        </div>
      </div>
    </div>
  );
}
