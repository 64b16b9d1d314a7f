import {useState} from 'preact/hooks';

import {Button} from '../../ui/button';
import type {Draft} from './publish';
import {
  examplePayload,
  nameFault,
  SHADOW_REQUESTS,
  shadowFilter,
  type ShadowRequest,
  shadowTopic,
} from './shadow_topic';
import {traffic} from './followed';

// Fills in the topic of a shadow's request, and subscribes to what its shadow says.
export function ShadowHelper({onChoose}: {onChoose: (more: Partial<Draft>) => void}) {
  const [thing, setThing] = useState('');
  const [shadow, setShadow] = useState('');
  const [request, setRequest] = useState<ShadowRequest>('update');
  const [fault, setFault] = useState<string | null>(null);
  const withNames = (run: () => string | null): void => {
    setFault(nameFault(thing, shadow) ?? run());
  };
  const fill = (): null => {
    onChoose({topic: shadowTopic(thing, shadow, request), payload: examplePayload(request)});
    return null;
  };
  return (
    <fieldset class="mqtt-helper">
      <legend>A shadow's topic</legend>
      <label class="field grow">
        <span>Thing</span>
        <input
          value={thing}
          spellcheck={false}
          autocapitalize="none"
          onInput={(event) => setThing(event.currentTarget.value)}
        />
      </label>
      <label class="field grow">
        <span>Shadow</span>
        <input
          placeholder="the classic one"
          value={shadow}
          spellcheck={false}
          autocapitalize="none"
          onInput={(event) => setShadow(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Request</span>
        <select
          value={request}
          onChange={(event) => setRequest(event.currentTarget.value as ShadowRequest)}
        >
          {SHADOW_REQUESTS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <div class="mqtt-helper-end">
        <Button onClick={() => withNames(fill)}>Fill in</Button>
        <Button onClick={() => withNames(() => traffic.add(shadowFilter(thing, shadow), 1))}>
          Subscribe to it
        </Button>
      </div>
      <p class="fault" role="alert">
        {fault}
      </p>
    </fieldset>
  );
}
