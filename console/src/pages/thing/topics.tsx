import {Copy} from '../../ui/copy';

const operations = ['update', 'get', 'delete'] as const;
const answers = {
  update: ['accepted', 'rejected', 'delta', 'documents'],
  get: ['accepted', 'rejected'],
  delete: ['accepted', 'rejected'],
};
const about: Record<string, string> = {
  update: 'publish here to change it',
  get: 'publish here to ask for it',
  delete: 'publish here to delete it',
  accepted: 'what was done',
  rejected: 'why it was not',
  delta: 'what desired has otherwise than reported',
  documents: 'before and after each change',
};

// AWS's topics of one shadow, to copy.
export function Topics({thing, name}: {thing: string; name: string}) {
  const base = `$aws/things/${thing}/shadow${name ? `/name/${name}` : ''}`;
  return (
    <div class="topics">
      {operations.map((operation) => (
        <ul key={operation} class="topic-list" aria-label={operation}>
          {['', ...answers[operation]].map((answer) => {
            const topic = `${base}/${operation}${answer && `/${answer}`}`;
            return (
              <li key={topic} class="topic">
                <code>{topic}</code>
                <span class="faint">{about[answer || operation]}</span>
                <Copy text={topic} label={`Copy ${operation}${answer && `/${answer}`}`} />
              </li>
            );
          })}
        </ul>
      ))}
    </div>
  );
}
