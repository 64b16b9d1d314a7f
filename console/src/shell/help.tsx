import {useState} from 'preact/hooks';
import {bindings, type Binding, useKey} from '../keys';
import {Dialog} from '../ui/dialog';

const everywhere: [string, string][] = [
  ['Tab', 'go to the next field or button'],
  ['↑ ↓', 'go through a list'],
  ['← →', 'change a tab; close and open a branch of a tree'],
  ['Enter', 'open what one is at'],
  ['Esc', 'leave a field, so that keys mean something again'],
];

// The keys that do something here, on `?`.
export function Help() {
  const [isOpen, setOpen] = useState(false);
  useKey('?', 'show this', () => setOpen(true));
  if (!isOpen) return null;
  const all = latestOf(bindings.value);
  const goes = all.filter(({keys}) => keys.startsWith('g '));
  const others = all.filter(({keys}) => !keys.startsWith('g '));
  return (
    <Dialog title="Keys" onClose={() => setOpen(false)}>
      <div class="help">
        <Group title="On this page" keys={others.map(({keys, words}) => [keys, words])} />
        <Group title="To other pages" keys={goes.map(({keys, words}) => [keys, words])} />
        <Group title="Everywhere" keys={everywhere} />
      </div>
    </Dialog>
  );
}

// Of those with the same keys the latest holds.
function latestOf(all: readonly Binding[]): Binding[] {
  return [...new Map(all.map((binding) => [binding.keys, binding])).values()];
}

function Group({title, keys}: {title: string; keys: [string, string][]}) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="help-keys">
        {keys.map(([pressed, words]) => (
          <div key={pressed}>
            <dt>
              {pressed.split(' ').map((one) => (
                <kbd>{one}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
