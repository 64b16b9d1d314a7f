import {useState} from 'preact/hooks';

import {live} from '../../live/live';
import {Button} from '../../ui/button';
import {notice} from '../../ui/notice';
import {ShadowHelper} from './shadow_helper';
import {Templates} from './templates_form';
import {topicFault} from './wildcard';

export interface Draft {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

const EMPTY: Draft = {topic: '', payload: '', qos: 1, retain: false};

// An admin's: a message to the broker. The draft stays when it is sent.
export function Publish() {
  const [draft, setDraft] = useState(EMPTY);
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (more: Partial<Draft>): void => setDraft((before) => ({...before, ...more}));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wrong = topicFault(draft.topic);
    setFault(wrong);
    if (wrong !== null) return;
    setBusy(true);
    try {
      await live.publish(draft);
      notice(`Published to ${draft.topic}`);
    } catch (error) {
      setFault((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <div class="mqtt-publish">
      <form class="mqtt-publish-form" onSubmit={(event) => void submit(event)} aria-label="Publish">
        <label class="field">
          <span>Topic</span>
          <input
            class="mono"
            value={draft.topic}
            spellcheck={false}
            autocapitalize="none"
            autocomplete="off"
            aria-invalid={fault !== null}
            aria-describedby="mqtt-publish-fault"
            onInput={(event) => change({topic: event.currentTarget.value})}
          />
        </label>
        <label class="field">
          <span>Payload</span>
          <textarea
            class="mono"
            rows={6}
            spellcheck={false}
            value={draft.payload}
            onInput={(event) => change({payload: event.currentTarget.value})}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event);
            }}
          />
        </label>
        <div class="mqtt-publish-end">
          <label class="field inline">
            <span>QoS</span>
            <select
              value={String(draft.qos)}
              onChange={(event) => change({qos: event.currentTarget.value === '1' ? 1 : 0})}
            >
              <option value="0">0</option>
              <option value="1">1</option>
            </select>
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={draft.retain}
              onChange={(event) => change({retain: event.currentTarget.checked})}
            />
            Retain
          </label>
          <Button type="submit" kind="main" disabled={isBusy}>
            Publish
          </Button>
        </div>
        <p id="mqtt-publish-fault" class="fault" role="alert">
          {fault}
        </p>
      </form>
      <ShadowHelper onChoose={change} />
      <Templates draft={draft} onChoose={change} />
    </div>
  );
}
