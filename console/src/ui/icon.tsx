const paths = {
  cross: 'M4 4l8 8M12 4l-8 8',
  copy: 'M6 6V3h7v7h-3M3 6h7v7H3z',
  done: 'M3 8.5l3.5 3.5L13 4.5',
  search: 'M10.5 10.5L14 14M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0z',
  back: 'M10 3L5 8l5 5',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  edit: 'M3 13l1-3.5L10.5 3 13 5.5 6.5 12z',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9',
  system: 'M2 3h12v8H2zM6 14h4',
  light:
    'M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z',
  out: 'M6 2.5H3v11h3M10.5 5l3 3-3 3M13 8H6',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M5 3l8 5-8 5z',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.4v.1',
} as const;

export type IconName = keyof typeof paths;

// Beside words, or in something that has a label: it says nothing itself.
export function Icon({name}: {name: IconName}) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
