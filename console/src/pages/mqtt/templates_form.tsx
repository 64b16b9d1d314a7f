import {useState} from 'preact/hooks';

import {Button} from '../../ui/button';
import {Icon} from '../../ui/icon';
import type {Draft} from './publish';
import {forgetTemplate, keepTemplate, readTemplates} from './templates';

// Publishes kept in this browser.
export function Templates({
  draft,
  onChoose,
}: {
  draft: Draft;
  onChoose: (more: Partial<Draft>) => void;
}) {
  const [kept, setKept] = useState(() => readTemplates(localStorage));
  const [called, setCalled] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const keep = (event: Event): void => {
    event.preventDefault();
    if (called.trim() === '') {
      setFault('Give it a name first');
      return;
    }
    try {
      setKept(keepTemplate(localStorage, {...draft, name: called.trim()}));
      setCalled('');
      setFault(null);
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <section class="mqtt-templates" aria-labelledby="mqtt-templates-title">
      <h3 id="mqtt-templates-title">Kept in this browser</h3>
      {kept.length === 0 && <p class="faint">Nothing yet.</p>}
      <ul>
        {kept.map(({name: one, ...rest}) => (
          <li key={one} class="mqtt-template">
            <button type="button" class="button quiet grow" onClick={() => onChoose(rest)}>
              <span>{one}</span>
              <code class="faint">{rest.topic}</code>
            </button>
            <button
              type="button"
              class="button quiet square"
              aria-label={`Forget ${one}`}
              data-tip="Forget"
              onClick={() => setKept(forgetTemplate(localStorage, one))}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
      <form class="mqtt-keep" onSubmit={keep} aria-label="Keep this publish">
        <label class="field grow">
          <span>Name</span>
          <input value={called} onInput={(event) => setCalled(event.currentTarget.value)} />
        </label>
        <Button type="submit">Keep</Button>
      </form>
      <p class="fault" role="alert">
        {fault}
      </p>
    </section>
  );
}
