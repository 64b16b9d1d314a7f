// Up and down among rows that are in the document: `data-row` marks them. What is just outside is
// there too, and taking the focus scrolls it in.

type Keys = Pick<KeyboardEvent, 'key' | 'preventDefault'> & {readonly currentTarget: unknown};

// Whether the key was one of these.
export function moveFocus(event: Keys): boolean {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const list = event.currentTarget;
  if (step === undefined || !(list instanceof HTMLElement)) return false;
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  rows[at + step]?.focus();
  event.preventDefault();
  return true;
}
