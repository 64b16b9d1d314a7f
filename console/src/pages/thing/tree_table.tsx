import {useMemo, useRef, useState} from 'preact/hooks';
import {printJson} from '../../json/json';
import {Button} from '../../ui/button';
import type {Json, ShadowDocument} from '../../wire';
import {count} from '../../words';
import {pathText, type TreeRow, treeOf} from './tree';

const shownMax = 300;

function Value({value, at, side}: {value: Json | undefined; at: number | undefined; side: string}) {
  return (
    <span
      role="gridcell"
      class={`tree-value ${side}`}
      tabIndex={-1}
      data-at={at}
      data-tip={at === undefined ? undefined : side}
    >
      {value === undefined ? (
        <span class="faint" aria-label="none">
          –
        </span>
      ) : (
        <code>{printJson(value)}</code>
      )}
    </span>
  );
}

function Row({row}: {row: TreeRow}) {
  const depth = Math.min(row.depth, 8);
  return (
    <div role="row" class={row.differs && !row.isBranch ? 'tree-row differs' : 'tree-row'}>
      <span role="rowheader" class={`tree-path depth-${String(depth)}`} tabIndex={-1}>
        <span class="sign" aria-hidden="true">
          {row.differs ? '≠' : ''}
        </span>
        <span class={row.isBranch ? 'tree-name branch' : 'tree-name'} data-tip={pathText(row.path)}>
          {row.name}
        </span>
        {row.differs && <span class="sr"> differs</span>}
      </span>
      {!row.isBranch && <Value value={row.desired} at={row.desiredAt} side="desired" />}
      {!row.isBranch && <Value value={row.reported} at={row.reportedAt} side="reported" />}
    </div>
  );
}

// Arrow keys move among the cells, of which one is in the order of the Tab key.
function move(event: KeyboardEvent): void {
  const cell = event.target;
  if (!(cell instanceof HTMLElement) || !cell.matches('[role="gridcell"], [role="rowheader"]'))
    return;
  const row = cell.parentElement;
  const rows = [...(row?.parentElement?.children ?? [])];
  const cells = [...(row?.children ?? [])];
  const [column, line] = [cells.indexOf(cell), row ? rows.indexOf(row) : -1];
  const to = {
    ArrowRight: [line, column + 1],
    ArrowLeft: [line, column - 1],
    ArrowDown: [line + 1, column],
    ArrowUp: [line - 1, column],
    Home: [0, column],
    End: [rows.length - 1, column],
  }[event.key];
  const inRow = to?.[0] === undefined ? undefined : rows[to[0]]?.children;
  const next = inRow?.[Math.min(to?.[1] ?? 0, inRow.length - 1)];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

export function TreeTable({document}: {document: ShadowDocument}) {
  const rows = useMemo(() => treeOf(document), [document]);
  const [isAll, setAll] = useState(false);
  const current = useRef<HTMLElement | undefined>(undefined);
  const body = useRef<HTMLDivElement>(null);
  const enter = ({target}: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === body.current) return;
    if (current.current) current.current.tabIndex = -1;
    target.tabIndex = 0;
    current.current = target;
    if (body.current) body.current.tabIndex = -1;
  };
  const first = () => body.current?.querySelector<HTMLElement>('[role="rowheader"]')?.focus();
  if (rows.length === 0)
    return <p class="faint">Neither desired nor reported has anything in it.</p>;
  return (
    <>
      <div
        class="tree"
        role="grid"
        aria-label="Desired and reported"
        aria-rowcount={rows.length + 1}
      >
        <div role="rowgroup" class="tree-head">
          <div role="row" class="tree-row">
            <span role="columnheader">Path</span>
            <span role="columnheader">Desired</span>
            <span role="columnheader">Reported</span>
          </div>
        </div>
        <div
          ref={body}
          role="rowgroup"
          tabIndex={0}
          onKeyDown={move}
          onFocusIn={enter}
          onFocus={(event) => event.target === body.current && first()}
        >
          {(isAll ? rows : rows.slice(0, shownMax)).map((row) => (
            <Row key={row.path.join('\u0000')} row={row} />
          ))}
        </div>
      </div>
      {!isAll && rows.length > shownMax && (
        <Button onClick={() => setAll(true)}>Show all {count(rows.length, 'row')}</Button>
      )}
    </>
  );
}
