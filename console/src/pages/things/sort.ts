// The orders of the list, as the address has them: `name`, `-updated`, …
import type {Sort} from '../../wire';

export const sorts: readonly {sort: Sort; words: string}[] = [
  {sort: 'name', words: 'Name'},
  {sort: 'lastSeen', words: 'Last seen'},
  {sort: 'differing', words: 'Differing'},
  {sort: 'updated', words: 'Updated'},
];

export interface Order {
  sort: Sort;
  down: boolean;
}

// What is no order is by name.
export function parseOrder(text: string | undefined): Order {
  const down = text?.startsWith('-') ?? false;
  const sort = sorts.find((one) => one.sort === (down ? text?.slice(1) : text))?.sort;
  return sort === undefined ? {sort: 'name', down: false} : {sort, down};
}

export const formatOrder = ({sort, down}: Order): string => `${down ? '-' : ''}${sort}`;

// What a click on a column's head makes of it: names begin at A, all else with the most and newest.
export function nextOrder(order: Order, sort: Sort): Order {
  return order.sort === sort ? {sort, down: !order.down} : {sort, down: sort !== 'name'};
}
