import {useState} from 'preact/hooks';
import {explain} from '../api';
import {Button} from '../ui/button';
import type {ExplainRequest, Explanation, Statement} from '../wire';

// What can be asked about, and what its resource looks like.
export const actions = [
  {action: 'iot:Connect', resource: 'client/lamp'},
  {action: 'iot:Publish', resource: 'topic/a/b'},
  {action: 'iot:Subscribe', resource: 'topicfilter/a/#'},
  {action: 'iot:Receive', resource: 'topic/a/b'},
  {action: 'iot:RetainPublish', resource: 'topic/a/b'},
  {action: 'iot:GetThingShadow', resource: 'thing/lamp'},
  {action: 'iot:UpdateThingShadow', resource: 'thing/lamp'},
  {action: 'iot:DeleteThingShadow', resource: 'thing/lamp'},
  {action: 'iot:ListNamedShadowsForThing', resource: 'thing/lamp'},
] as const;

const verdicts: Record<Statement['verdict'], string> = {
  applies: 'applies',
  otherAction: 'is about another action',
  otherResource: 'is about another resource',
  conditionFails: 'its condition does not hold',
};

function Field(props: {
  name: string;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{props.name}</span>
      <input
        value={props.value}
        placeholder={props.placeholder}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
    </label>
  );
}

function Result({result}: {result: Explanation}) {
  return (
    <div class="explain-result" role="status">
      <p>
        <span class={result.allowed ? 'badge good' : 'badge bad'}>
          {result.allowed ? 'allowed' : 'denied'}
        </span>{' '}
        {result.reason}
      </p>
      <p class="faint">
        Asked by certificate <code>{result.certificateId}</code>
        {result.active ? '' : ', which is not active'}, client id {result.clientId || 'none'},{' '}
        {result.thing === null
          ? 'no thing of the certificate is called so'
          : `thing ${result.thing}`}
      </p>
      <ul class="statements" aria-label="Statements that were looked at">
        {result.statements.map(({policy, statement, sid, place, effect, verdict}) => (
          <li
            key={`${policy} ${String(statement)}`}
            class={verdict === 'applies' ? 'statement applies' : 'statement'}
          >
            <span class={effect === 'Allow' ? 'good-text' : 'bad-text'}>{effect}</span>
            <span>
              {policy}, statement {statement} {sid && `“${sid}”`} <span class="faint">{place}</span>
            </span>
            <span class={verdict === 'applies' ? '' : 'faint'}>{verdicts[verdict]}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

// Why something is allowed or not. `initial` fills it in; it answers at once if that says enough.
export function Explain({initial}: {initial: Partial<ExplainRequest>}) {
  const [request, setRequest] = useState<ExplainRequest>({
    action: 'iot:Publish',
    resource: '',
    ...initial,
  });
  const [result, setResult] = useState<Explanation | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const set = (name: keyof ExplainRequest) => (value: string) =>
    setRequest((old) => ({...old, [name]: value}));
  const ask = async (event: Event) => {
    event.preventDefault();
    try {
      const said = Object.entries(request).filter(
        ([, value]) => value !== '' && value !== undefined,
      );
      setResult(await explain(Object.fromEntries(said) as unknown as ExplainRequest));
      setFailed('');
    } catch (error) {
      setResult(undefined);
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  const names = actions.map(({action}) => action as string);
  const placeholder = actions.find(({action}) => action === request.action)?.resource;
  return (
    <form class="explain" onSubmit={(event) => void ask(event)}>
      <div class="explain-fields">
        <label class="field">
          <span>Action</span>
          <select
            value={request.action}
            onChange={(event) => set('action')(event.currentTarget.value)}
          >
            {[...new Set([...names, request.action])].map((action) => (
              <option key={action}>{action}</option>
            ))}
          </select>
        </label>
        <Field
          name="Resource"
          value={request.resource}
          placeholder={placeholder}
          onChange={set('resource')}
        />
        <Field name="Thing" value={request.thing ?? ''} onChange={set('thing')} />
        <Field
          name="Certificate"
          value={request.certificate ?? ''}
          placeholder="that of the thing"
          onChange={set('certificate')}
        />
        <Field
          name="Client id"
          value={request.clientId ?? ''}
          placeholder="the thing's name"
          onChange={set('clientId')}
        />
        <Field name="From address" value={request.sourceIp ?? ''} onChange={set('sourceIp')} />
      </div>
      <div>
        <Button type="submit" kind="main" disabled={request.resource === ''}>
          Explain
        </Button>
      </div>
      {failed && (
        <p class="problem" role="alert">
          {failed}
        </p>
      )}
      {result && <Result result={result} />}
    </form>
  );
}
