import type {ComponentChildren} from 'preact';
import {useKey} from '../../keys';
import {formatRoute, go, route} from '../../router';
import {isAdmin} from '../../session';
import {Button} from '../../ui/button';
import {Copy} from '../../ui/copy';
import {Empty} from '../../ui/empty';
import {Icon} from '../../ui/icon';
import {later} from '../../ui/later';
import {Tabs, tabId} from '../../ui/tabs';
import {Time} from '../../ui/time';
import type {Thing} from '../../wire';
import {type Info, useInfo} from './info';
import {Policies} from './policies';
import {ShadowPicker} from './shadow_picker';
import {State} from './state';
import {Topics} from './topics';
import {Trace} from './trace';

const History = later(() => import('./history').then((module) => module.History));

const sections = [
  {key: 'state', words: 'State'},
  {key: 'history', words: 'History'},
  {key: 'trace', words: 'Trace'},
  {key: 'policies', words: 'Policies'},
  {key: 'topics', words: 'Topics'},
];

function Fact({name, children}: {name: string; children: ComponentChildren}) {
  return (
    <div class="about-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({thing}: {thing: Thing}) {
  const {connected, since, lastSeen, client, thingType, groups, attributes, registered} = thing;
  return (
    <dl class="about">
      <Fact name="Connection">
        {connected === undefined ? (
          'not known'
        ) : (
          <span class="state">
            <i class={connected ? 'dot good' : 'dot'} />
            {connected ? 'connected' : 'away'}
          </span>
        )}
        {since !== undefined && (
          <span class="faint">
            {' '}
            <Time at={since} focusable />
          </span>
        )}
      </Fact>
      <Fact name="Last seen">
        <Time at={lastSeen} focusable />
      </Fact>
      {client && (
        <Fact name="Client">
          {client.id} {client.address && <span class="faint">{client.address}</span>}
        </Fact>
      )}
      {registered === false && <Fact name="Registry">not in it</Fact>}
      {thingType && <Fact name="Type">{thingType}</Fact>}
      {groups && groups.length > 0 && <Fact name="Groups">{groups.join(', ')}</Fact>}
      {Object.entries(attributes ?? {}).map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

function Body({info, name, section}: {info: Info; name: string; section: string}) {
  const shadow = route.value.query.shadow ?? '';
  const shadows = info.thing?.shadows ?? [];
  const ofShadow = ['state', 'history', 'topics'].includes(section);
  return (
    <>
      {ofShadow && (
        <ShadowPicker
          thing={name}
          section={section}
          shadows={shadows}
          current={shadow}
          isAdmin={isAdmin.value}
        />
      )}
      {section === 'state' && (
        <State
          key={`${name} ${shadow}`}
          thing={name}
          name={shadow}
          updated={shadows.find((one) => one.name === shadow)?.updated}
        />
      )}
      {section === 'history' && <History key={`${name} ${shadow}`} thing={name} name={shadow} />}
      {section === 'trace' && <Trace key={name} thing={name} />}
      {section === 'policies' && info.thing && <Policies thing={info.thing} />}
      {section === 'topics' && <Topics thing={name} name={shadow} />}
    </>
  );
}

export function ThingPage() {
  const [name = '', wanted = 'state'] = route.value.rest;
  const section = sections.find(({key}) => key === wanted)?.key ?? 'state';
  const info = useInfo(name);
  const choose = (key: string) => {
    const {shadow} = route.value.query;
    go(formatRoute('things', key === 'state' ? [name] : [name, key], {shadow}));
  };
  useKey('Escape', 'back to the things', () => go(formatRoute('things')));
  return (
    <div class="page thing">
      <header class="thing-head">
        <a class="back" href={formatRoute('things')}>
          <Icon name="back" />
          Things
        </a>
        <div class="thing-title">
          <h1>{name}</h1>
          <Copy text={name} label="Copy the name" />
        </div>
        {info.thing && <Facts thing={info.thing} />}
      </header>
      {info.failed && (
        <p class="problem" role="alert">
          {info.failed} <Button onClick={info.reload}>Try again</Button>
        </p>
      )}
      {info.isMissing && !isAdmin.value ? (
        <Empty title="Nothing is known of it" command={`shadowctl thing create ${name}`}>
          <p>
            The registry does not have it, it has no shadow, and no client of its name is connected.
          </p>
        </Empty>
      ) : (
        <>
          <Tabs
            label="Parts"
            tabs={sections}
            current={section}
            onChoose={choose}
            panel="thing-panel"
          />
          <section
            id="thing-panel"
            role="tabpanel"
            aria-labelledby={tabId('thing-panel', section)}
            class="thing-panel"
          >
            <Body info={info} name={name} section={section} />
          </section>
        </>
      )}
    </div>
  );
}
