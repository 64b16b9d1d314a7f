import {useEffect, useRef, useState} from 'preact/hooks';
import {useKey} from '../../keys';
import {formatRoute, go, route} from '../../router';
import {Button} from '../../ui/button';
import {Empty} from '../../ui/empty';
import {Icon} from '../../ui/icon';
import {pixels, usePhone} from '../../ui/size';
import {VirtualList} from '../../ui/virtual_list';
import {count, many} from '../../words';
import {age, ask, askAnew, leave, refused, see, shown} from './list';
import {Head, Line} from './line';
import {formatOrder, type Order, parseOrder, sorts} from './sort';
import type {Window} from './window';

const typingMs = 50;

const addressOf = (q: string, order: Order) => {
  const sort = formatOrder(order);
  return formatRoute('things', [], {q, sort: sort === 'name' ? '' : sort});
};

function Search({q, order, onDown}: {q: string; order: Order; onDown: () => void}) {
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const typed = useRef(q);
  useKey('/', 'search things', () => box.current?.select());
  useEffect(() => {
    // The address was changed by something else than typing here.
    if (q !== typed.current.trim()) {
      typed.current = q;
      setText(q);
    }
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (value: string) => {
    typed.current = value;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(addressOf(value.trim(), order), true), typingMs);
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        ref={box}
        type="search"
        aria-label="Search things"
        aria-keyshortcuts="/"
        placeholder="Name, lamp*, connected:true, hasDelta:true"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') onDown();
          else if (event.key === 'Escape' && text === '') box.current?.blur();
          else if (event.key === 'Escape') type('');
          else return;
          event.preventDefault();
        }}
      />
    </div>
  );
}

// On narrow screens, where there are no heads of columns.
function OrderChoice({q, order}: {q: string; order: Order}) {
  return (
    <select
      aria-label="Order"
      class="order-choice"
      value={formatOrder(order)}
      onChange={(event) => go(addressOf(q, parseOrder(event.currentTarget.value)), true)}
    >
      {sorts.flatMap(({sort, words}) =>
        [sort !== 'name', sort === 'name'].map((down) => (
          <option key={`${sort}${String(down)}`} value={formatOrder({sort, down})}>
            {words} {down ? '↓' : '↑'}
          </option>
        )),
      )}
    </select>
  );
}

function Counts({window}: {window: Window | undefined}) {
  if (!window) return <p class="things-counts">&nbsp;</p>;
  return (
    <p class="things-counts number" role="status">
      <span>{count(window.total, 'thing')}</span>
      <span class="faint"> · {many(window.connected)} connected</span>
      <span class="faint"> · {many(window.differing)} differing</span>
    </p>
  );
}

function Nothing({q}: {q: string}) {
  if (q)
    return (
      <Empty title="No thing matches">
        <p>
          Words are parts of the name; <code>lamp*</code> is the whole name;{' '}
          <code>connected:true</code> and <code>hasDelta:true</code> hold with it.
        </p>
        <Button onClick={() => go(formatRoute('things'), true)}>Show all things</Button>
      </Empty>
    );
  return (
    <Empty
      title="No thing yet"
      command={['shadowctl thing create lamp', 'shadowctl shadow update lamp --desired power=on']}
    >
      <p>
        A thing is here as soon as the registry knows it, it has a shadow, or a client of its name
        is connected. To make one with a certificate, and to give one a shadow:
      </p>
    </Empty>
  );
}

export function Things() {
  const {q = '', sort} = route.value.query;
  const order = parseOrder(sort);
  const isPhone = usePhone();
  const list = useRef<HTMLDivElement>(null);
  const window = shown.value;
  const moved = window?.moved ?? 0;

  useEffect(() => ask(q, formatOrder(order)), [q, formatOrder(order)]);
  useEffect(() => leave, []);
  useEffect(() => {
    if (list.current) list.current.scrollTop = 0;
  }, [q, sort]);
  useKey('r', 'things: put them in the order of now', askAnew);

  return (
    <div class="page full things">
      <div class="things-top">
        <h1 class="sr">Things</h1>
        <Search
          q={q}
          order={order}
          onDown={() => list.current?.querySelector<HTMLElement>('[data-index] a')?.focus()}
        />
        <OrderChoice q={q} order={order} />
        <Counts window={window} />
        <Button
          class={moved ? 'moved' : 'moved none'}
          keys="r"
          tip="Put them in the order of now"
          onClick={askAnew}
        >
          {many(moved)} moved
        </Button>
      </div>
      {refused.value && (
        <p class="things-refused" role="alert">
          {refused.value}
        </p>
      )}
      {window?.total === 0 ? (
        <Nothing q={q} />
      ) : (
        <VirtualList
          box={list}
          class="things-list"
          role="table"
          label="Things"
          count={window?.total ?? 0}
          rowHeight={pixels(isPhone ? 3.75 : 2.25)}
          anew={age.value}
          onRange={see}
          header={<Head order={order} addressOf={(next) => addressOf(q, next)} />}
          row={(index) => <Line key={index} index={index} row={window?.rows.get(index)} />}
        />
      )}
    </div>
  );
}
