import type {Filter} from './traffic';

// Which filter: its colour, and its number for who does not see colours.
export function Mark({place}: {place: number}) {
  return (
    <span class="filter-mark" style={{'--filter': String(place)}}>
      <i />
      {place + 1}
    </span>
  );
}

export function filterLabel({place, text}: Filter): string {
  return `${place + 1}: ${text}`;
}
