import type {ComponentChildren, RefObject} from 'preact';
import {useEffect, useReducer, useRef} from 'preact/hooks';
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import {indexOf, nextIndex} from './moving';

interface Props {
  count: number;
  rowHeight: number; // px, of every row
  // Of that height, with a key. Where it has `data-index` the arrow keys, page keys, Home and End
  // move between the links or buttons of rows.
  row: (index: number) => ComponentChildren;
  onRange?: (from: number, to: number) => void; // which rows are there now, `to` excluded
  anew?: unknown; // tells the range once more when it changes
  overscan?: number;
  class?: string;
  role?: 'table' | 'grid' | 'list' | 'log' | 'tree' | 'treegrid';
  label?: string;
  follow?: boolean; // stays at the end while it is there
  header?: ComponentChildren; // stays at the top; of tables, a rowgroup with one row
  box?: RefObject<HTMLDivElement | null>;
}

// A long list of which only what is seen is in the document. Scrolls by itself: give it a height.
export function VirtualList(props: Props) {
  const {count, rowHeight, row, onRange, anew, overscan = 8, role, label, follow, header} = props;
  const own = useRef<HTMLDivElement>(null);
  const box = props.box ?? own;
  const [, render] = useReducer((times: number) => times + 1, 0);
  const held = useRef<Virtualizer<HTMLDivElement, HTMLDivElement> | undefined>(undefined);
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
  useEffect(() => onRange?.(from, to), [from, to, anew]);

  // The row that a key led to gets the focus once it is there.
  const wanted = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = box.current?.querySelector(`[data-index="${String(wanted.current)}"]`);
    const target = row?.querySelector<HTMLElement>('a, button');
    if (!target) return;
    wanted.current = undefined;
    if (document.activeElement === box.current) target.focus({preventScroll: true});
  });

  const isTable = role === 'table' || role === 'grid' || role === 'treegrid';
  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 1);
    const from = wanted.current ?? indexOf(event.target);
    const next = from === undefined ? undefined : nextIndex(event.key, from, count, page);
    if (next === undefined) return;
    event.preventDefault();
    wanted.current = next;
    // Meanwhile the list has it: the row that had it may go.
    box.current?.focus({preventScroll: true});
    list.scrollToIndex(next);
    render(undefined);
  };
  return (
    <div
      ref={box}
      tabIndex={-1}
      class={`virtual ${props.class ?? ''}`}
      role={role}
      aria-label={label}
      aria-rowcount={isTable ? count + (header ? 1 : 0) : undefined}
      onKeyDown={move}
    >
      {header}
      <div
        class="virtual-all"
        role={isTable ? 'rowgroup' : undefined}
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
