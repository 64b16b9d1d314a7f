import type {ComponentChildren} from 'preact';

interface Props {
  children: ComponentChildren;
  onClick?: () => void;
  kind?: 'plain' | 'main' | 'danger' | 'quiet';
  type?: 'button' | 'submit';
  disabled?: boolean;
  pressed?: boolean;
  label?: string; // what is heard, where one sees only an icon
  tip?: string; // more, when one points at it
  keys?: string; // the key that does the same
  class?: string;
}

export function Button({
  children,
  onClick,
  kind = 'plain',
  type = 'button',
  disabled,
  pressed,
  label,
  tip = label,
  keys,
  class: more = '',
}: Props) {
  return (
    <button
      type={type}
      class={`button ${kind} ${more}`}
      onClick={onClick}
      disabled={disabled}
      aria-pressed={pressed}
      aria-label={label}
      aria-keyshortcuts={keys}
      data-tip={keys ? `${tip ?? ''} (${keys})`.trim() : tip}
    >
      {children}
    </button>
  );
}
