import {useEffect, useState} from 'preact/hooks';
import {explain} from '../api';
import type {ExplainRequest, Explanation, Statement} from '../wire';
import {Button} from './button';
import {deciding} from './deciding';

interface Props {
  // What is filled in, and asked at once if there is somebody to ask about.
  request: ExplainRequest;
}

type Fields = Record<keyof ExplainRequest, string>;

const FIELDS: [keyof ExplainRequest, string][] = [
  ['thing', 'Thing'],
  ['certificate', 'Certificate'],
  ['clientId', 'Client id'],
  ['action', 'Action'],
  ['resource', 'Resource'],
  ['sourceIp', 'From address'],
];

const VERDICTS: Record<Statement['verdict'], string> = {
  applies: 'applies',
  otherAction: 'is about other actions',
  otherResource: 'is about other resources',
  conditionFails: 'its condition does not hold',
};

// Why something is allowed or not, and which statement decides.
export function Explain({request}: Props) {
  const [fields, setFields] = useState<Fields>(() => filledIn(request));
  const [answer, setAnswer] = useState<Explanation | null>(null);
  const [fault, setFault] = useState('');
  const ask = async (): Promise<void> => {
    setFault('');
    setAnswer(null);
    try {
      setAnswer(await explain(given(fields)));
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  useEffect(() => {
    if ((request.thing || request.certificate) && request.action && request.resource) void ask();
  }, []);
  return (
    <div class="explain">
      <form
        class="explain-form"
        aria-label="Explain"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        {FIELDS.map(([key, words]) => (
          <label key={key} class="field">
            <span>{words}</span>
            <input
              class="mono"
              value={fields[key]}
              required={key === 'action' || key === 'resource'}
              spellcheck={false}
              autocapitalize="none"
              onInput={(event) => setFields({...fields, [key]: event.currentTarget.value})}
            />
          </label>
        ))}
        <Button type="submit">Explain</Button>
      </form>
      <div role="status" class="explain-answer">
        {fault !== '' && <p class="fault">{fault}</p>}
        {answer && <Verdict answer={answer} />}
      </div>
    </div>
  );
}

function filledIn(request: ExplainRequest): Fields {
  const {thing = '', certificate = '', clientId = '', action, resource, sourceIp = ''} = request;
  return {thing, certificate, clientId, action, resource, sourceIp};
}

function given(fields: Fields): ExplainRequest {
  const {action, resource, ...others} = fields;
  const known = Object.entries(others).filter(([, value]) => value.trim() !== '');
  return {action, resource, ...Object.fromEntries(known)};
}

function Verdict({answer}: {answer: Explanation}) {
  const {allowed, reason, statements} = answer;
  const decider = deciding(statements);
  return (
    <>
      <p>
        <span class={`badge ${allowed ? 'good' : 'bad'}`}>{allowed ? 'allowed' : 'denied'}</span>
        {` ${reason}`}
      </p>
      {statements.length > 0 && (
        <div class="explain-statements" tabIndex={0} role="region" aria-label="Statements">
          <table>
            <thead>
              <tr>
                <th scope="col">Statement</th>
                <th scope="col">Effect</th>
                <th scope="col">Here</th>
              </tr>
            </thead>
            <tbody>
              {statements.map((statement, i) => (
                <tr key={i} class={statement === decider ? 'decides' : ''}>
                  <th scope="row">
                    {statement.policy}, {statement.sid || `statement ${statement.statement}`}{' '}
                    <span class="faint">{statement.place}</span>
                  </th>
                  <td>{statement.effect}</td>
                  <td>
                    {VERDICTS[statement.verdict]}
                    {statement === decider && <strong>: it decides</strong>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
