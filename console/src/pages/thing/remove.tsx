import {useState} from 'preact/hooks';
import {deleteShadow} from '../../api';
import {Button} from '../../ui/button';
import {Dialog} from '../../ui/dialog';
import {notice} from '../../ui/notice';

export function Remove({thing, name, onClose}: {thing: string; name: string; onClose: () => void}) {
  const [typed, setTyped] = useState('');
  const [failed, setFailed] = useState('');
  const wanted = name || thing;
  const remove = async (event: Event) => {
    event.preventDefault();
    if (typed !== wanted) return;
    try {
      await deleteShadow(thing, name);
      notice(
        name
          ? `The shadow ${name} of ${thing} is deleted.`
          : `The classic shadow of ${thing} is deleted.`,
      );
      onClose();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog
      title={name ? `Delete the shadow ${name}` : 'Delete the classic shadow'}
      onClose={onClose}
    >
      <form class="form" onSubmit={(event) => void remove(event)}>
        <p>
          Devices are told, and begin anew with what they write next. Its history stays, and says
          who deleted it.
        </p>
        <label class="field">
          <span>
            To delete it, type <b>{wanted}</b>
          </span>
          <input
            data-focus
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {failed && (
          <p class="problem" role="alert">
            {failed}
          </p>
        )}
        <div class="dialog-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" disabled={typed !== wanted}>
            Delete
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
