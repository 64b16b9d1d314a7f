// The index of the row that `target` is in: rows have `data-index`.
export function indexOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row ? Number(row.dataset.index) : undefined;
}

// The row that a key leads to.
export function nextIndex(
  key: string,
  at: number,
  count: number,
  page: number,
): number | undefined {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }[key];
  if (to === undefined) return undefined;
  const next = Math.min(count - 1, Math.max(0, to));
  return next === at ? undefined : next;
}
