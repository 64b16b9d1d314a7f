import type {ComponentChildren} from 'preact';
import {Command} from './copy';

// Where there is nothing: why, and what to do next.
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ComponentChildren;
  command?: string | string[];
}) {
  const commands = command === undefined ? [] : [command].flat();
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children && <div class="empty-words">{children}</div>}
      {commands.map((text) => (
        <Command key={text} text={text} />
      ))}
    </div>
  );
}
