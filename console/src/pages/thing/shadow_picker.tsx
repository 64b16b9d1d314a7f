import {useState} from 'preact/hooks';
import {formatRoute, go} from '../../router';
import {Button} from '../../ui/button';
import {Dialog} from '../../ui/dialog';
import type {ShadowSummary} from '../../wire';

const addressOf = (thing: string, section: string, shadow: string) =>
  formatRoute('things', section === 'state' ? [thing] : [thing, section], {shadow});

// AWS's rule for names of shadows.
const nameRule = /^[a-zA-Z0-9:_-]{1,64}$/;

function NewShadow({thing, onClose}: {thing: string; onClose: () => void}) {
  const [name, setName] = useState('');
  const isRight = nameRule.test(name);
  const make = (event: Event) => {
    event.preventDefault();
    if (!isRight) return;
    onClose();
    go(formatRoute('things', [thing], {shadow: name, edit: '1'}));
  };
  return (
    <Dialog title="A named shadow" onClose={onClose}>
      <form class="form" onSubmit={make}>
        <label class="field">
          <span>Name: letters, digits, colon, underscore and hyphen, 64 at most</span>
          <input
            data-focus
            autocapitalize="none"
            spellcheck={false}
            value={name}
            aria-invalid={name !== '' && !isRight}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <div class="dialog-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="main" disabled={!isRight}>
            Write it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface Props {
  thing: string;
  section: string;
  shadows: ShadowSummary[];
  current: string;
  isAdmin: boolean;
}

// Classic first, whether it is there or not; then the named ones, and the one of the address.
export function ShadowPicker({thing, section, shadows, current, isAdmin}: Props) {
  const [isNew, setNew] = useState(false);
  const names = [...new Set(['', ...shadows.map(({name}) => name), current])];
  return (
    <nav class="shadows" aria-label="Shadows">
      {names.map((name) => {
        const differs = shadows.some((shadow) => shadow.name === name && shadow.differs);
        return (
          <a
            key={name}
            class="shadow-link"
            href={addressOf(thing, section, name)}
            aria-current={name === current ? 'true' : undefined}
          >
            {name || 'classic'}
            {differs && (
              <span class="sign" data-tip="desired differs from reported">
                ≠<span class="sr"> differs</span>
              </span>
            )}
          </a>
        );
      })}
      {isAdmin && section === 'state' && (
        <Button kind="quiet" onClick={() => setNew(true)}>
          + named shadow
        </Button>
      )}
      {isNew && <NewShadow thing={thing} onClose={() => setNew(false)} />}
    </nav>
  );
}
