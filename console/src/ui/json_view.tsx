import type {Json} from '../wire';
import {printJson} from '../json/json';
import {jsonTokens} from './json_tokens';

// A value, printed with its kinds marked by colour. Texts are text nodes.
export function JsonView({value, label}: {value: Json | undefined; label: string}) {
  const tokens = jsonTokens(value === undefined ? '' : printJson(value, 2));
  return (
    <pre class="json" tabIndex={0} role="region" aria-label={label}>
      {tokens.map(({kind, text}) => (kind ? <span class={`json-${kind}`}>{text}</span> : text))}
    </pre>
  );
}
