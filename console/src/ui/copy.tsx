import {useEffect, useState} from 'preact/hooks';
import {notice} from './notice';
import {Icon} from './icon';

const saidMs = 1500;

// Takes `text` to the clipboard. Without TLS, not on localhost, the browser has none to offer.
export function Copy({text, label = 'Copy'}: {text: string; label?: string}) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), saidMs);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => {
    if (!('clipboard' in navigator)) {
      notice('This browser lets pages copy over https and on localhost only.', 'bad');
      return;
    }
    navigator.clipboard.writeText(text).then(
      () => setDone(true),
      () => notice('The browser did not let it be copied.', 'bad'),
    );
  };
  return (
    <button
      type="button"
      class="button quiet square"
      aria-label={done ? 'Copied' : label}
      data-tip={done ? 'Copied' : label}
      onClick={copy}
    >
      <Icon name={done ? 'done' : 'copy'} />
    </button>
  );
}

// A line for the terminal.
export function Command({text}: {text: string}) {
  return (
    <div class="command">
      <code tabIndex={0}>{text}</code>
      <Copy text={text} label="Copy the command" />
    </div>
  );
}
