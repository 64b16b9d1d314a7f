import {formatRoute} from '../../router';
import {Icon} from '../../ui/icon';
import {Time} from '../../ui/time';
import type {Row, Sort} from '../../wire';
import {nextOrder, type Order} from './sort';

interface Column {
  words: string;
  sort?: Sort;
  class?: string;
}

const columns: Column[] = [
  {words: 'Name', sort: 'name'},
  {words: 'Connected'},
  {words: 'Last seen', sort: 'lastSeen'},
  {words: 'Shadows', class: 'to-end'},
  {words: 'Differing', sort: 'differing', class: 'to-end'},
  {words: 'Updated', sort: 'updated'},
];

export function Head({order, addressOf}: {order: Order; addressOf: (order: Order) => string}) {
  return (
    <div class="things-head" role="rowgroup">
      <div class="things-row" role="row" aria-rowindex={1}>
        {columns.map(({words, sort, class: more}) => {
          const isOrder = sort !== undefined && sort === order.sort;
          return (
            <span
              key={words}
              role="columnheader"
              class={more}
              aria-sort={isOrder ? (order.down ? 'descending' : 'ascending') : undefined}
            >
              {sort === undefined ? (
                words
              ) : (
                <a
                  class="things-sort"
                  href={addressOf(nextOrder(order, sort))}
                  data-current={isOrder}
                >
                  {words}
                  {isOrder && <Icon name={order.down ? 'down' : 'up'} />}
                </a>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function Connected({is}: {is: boolean | undefined}) {
  if (is === undefined) return <span class="faint">not known</span>;
  return (
    <span class={is ? 'state' : 'state faint'}>
      <i class={is ? 'dot good' : 'dot'} />
      {is ? 'connected' : 'away'}
    </span>
  );
}

export function Line({index, row}: {index: number; row: Row | undefined}) {
  if (!row)
    return (
      <div class="things-row" role="row" aria-rowindex={index + 2} data-index={index}>
        <span role="cell" class="faint">
          …
        </span>
      </div>
    );
  const differing = row.differing ?? 0;
  return (
    <div class="things-row" role="row" aria-rowindex={index + 2} data-index={index}>
      <span role="cell" class="things-name">
        <a href={formatRoute('things', [row.thing])}>{row.thing}</a>
        {row.registered === false && <span class="faint"> unregistered</span>}
      </span>
      <span role="cell" class="things-connected">
        <Connected is={row.connected} />
      </span>
      <span role="cell" class="things-seen faint">
        <Time at={row.lastSeen} />
      </span>
      <span role="cell" class="things-shadows to-end number">
        {row.shadows ?? 0}
      </span>
      <span role="cell" class="things-differing to-end number">
        {differing ? <span class="badge warn">≠ {differing}</span> : <span class="faint">0</span>}
      </span>
      <span role="cell" class="things-updated faint">
        <Time at={row.updated} />
      </span>
    </div>
  );
}
