import {useEffect, useState} from 'preact/hooks';
import {restore} from '../../api';
import {Button} from '../../ui/button';
import {Dialog} from '../../ui/dialog';
import {JsonView} from '../../ui/json_view';
import {notice} from '../../ui/notice';
import type {Json, RestoreRequest, Restored} from '../../wire';

type Section = NonNullable<RestoreRequest['section']>;

interface Props {
  thing: string;
  name: string;
  version: number;
  onClose: () => void;
}

// Shows what would be sent before it is: an update like any other, for the version that is current.
export function Restore({thing, name, version, onClose}: Props) {
  const [section, setSection] = useState<Section>('desired');
  const [would, setWould] = useState<Restored | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  useEffect(() => {
    let isMine = true;
    setWould(undefined);
    setFailed('');
    restore(thing, name, {version, section, dryRun: true}).then(
      (got) => isMine && setWould(got),
      (error: unknown) => isMine && setFailed(wordsOf(error)),
    );
    return () => {
      isMine = false;
    };
  }, [thing, name, version, section]);
  const run = async () => {
    if (!would) return;
    try {
      const got = await restore(thing, name, {version, section, expect: would.version});
      notice(`Restored as version ${String(got.version)}.`);
      onClose();
    } catch (error) {
      setFailed(wordsOf(error));
    }
  };
  const isNothing = would !== undefined && Object.keys(would.state ?? {}).length === 0;
  return (
    <Dialog title={`Restore version ${String(version)}`} onClose={onClose}>
      <label class="field">
        <span>What to restore</span>
        <select
          value={section}
          onChange={(event) => setSection(event.currentTarget.value as Section)}
        >
          <option value="desired">desired; what is reported is left to the device</option>
          <option value="reported">reported</option>
          <option value="both">both</option>
        </select>
      </label>
      <h3 class="part">What would be sent</h3>
      {isNothing ? (
        <p class="faint">nothing: it is so already</p>
      ) : (
        <JsonView value={would?.state as unknown as Json} label="What would be sent" />
      )}
      <h3 class="part">The device would get</h3>
      {would?.delta && Object.keys(would.delta).length ? (
        <JsonView value={would.delta} label="The delta" />
      ) : (
        <p class="faint">no delta</p>
      )}
      {failed && (
        <p class="problem" role="alert">
          {failed}
        </p>
      )}
      <div class="dialog-end">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="main" disabled={!would || isNothing} onClick={() => void run()}>
          Restore
        </Button>
      </div>
    </Dialog>
  );
}
