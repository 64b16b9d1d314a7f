import type {ComponentType} from 'preact';
import {hello, way} from '../live/live';
import {useKey} from '../keys';
import {formatRoute, go, type Page, route} from '../router';
import {logOut, session} from '../session';
import {nextTheme, theme} from '../theme';
import {Icon} from '../ui/icon';
import {later} from '../ui/later';
import {Notices} from '../ui/notice';
import {Tip} from '../ui/tip';
import {Things} from '../pages/things/things';
import {Banner} from './banner';
import {Help} from './help';

const Thing = later(() => import('../pages/thing/thing').then((module) => module.ThingPage));
const Denied = later(() => import('../pages/denied/denied').then((module) => module.Denied));
const Mqtt = later(() => import('../pages/mqtt/mqtt').then((module) => module.Mqtt));
const Faults = later(() => import('../pages/faults/faults').then((module) => module.Faults));
const Health = later(() => import('../pages/health/health').then((module) => module.Health));

interface Place {
  page: Page;
  words: string;
  keys: string;
  component: ComponentType;
}

const places: Place[] = [
  {page: 'things', words: 'Things', keys: 'g t', component: Things},
  {page: 'denied', words: 'Denied', keys: 'g d', component: Denied},
  {page: 'mqtt', words: 'MQTT', keys: 'g m', component: Mqtt},
  {page: 'faults', words: 'Faults', keys: 'g f', component: Faults},
  {page: 'health', words: 'Health', keys: 'g h', component: Health},
];

const ways = {
  off: 'not connected',
  connecting: 'connecting',
  open: 'live',
  lost: 'connection lost',
};
const themes = {system: 'as the system', light: 'light', dark: 'dark'};

function NavLink({page, words, keys}: Place) {
  useKey(keys, `go to ${words}`, () => go(formatRoute(page)));
  return (
    <a
      class="nav-link"
      href={formatRoute(page)}
      aria-current={route.value.page === page ? 'page' : undefined}
      aria-keyshortcuts={keys}
    >
      {words}
    </a>
  );
}

function Top() {
  const who = session.value;
  return (
    <header class="top">
      <a
        class="brand"
        href={formatRoute('things')}
        data-tip={hello.value ? `mosquitto-shadow ${hello.value.version}` : undefined}
      >
        Shadows
      </a>
      <nav class="nav" aria-label="Pages">
        {places.map((place) => (
          <NavLink key={place.page} {...place} />
        ))}
      </nav>
      <div class="top-end">
        <span class={`way ${way.value}`} role="status" data-tip={`WebSocket: ${ways[way.value]}`}>
          <i class="dot" />
          {ways[way.value]}
        </span>
        <span class="who">
          {who?.name} <span class="faint">{who?.role}</span>
        </span>
        <button
          type="button"
          class="button quiet square"
          aria-label={`Colours: ${themes[theme.value]}`}
          data-tip={`Colours: ${themes[theme.value]}`}
          onClick={nextTheme}
        >
          <Icon name={theme.value} />
        </button>
        <button
          type="button"
          class="button quiet square"
          aria-label="Log out"
          data-tip="Log out"
          onClick={() => void logOut()}
        >
          <Icon name="out" />
        </button>
      </div>
    </header>
  );
}

export function Shell() {
  const {page, rest} = route.value;
  const Current =
    page === 'things' && rest[0] !== undefined
      ? Thing
      : (places.find((place) => place.page === page)?.component ?? Things);
  return (
    <div class="shell">
      <Top />
      <Banner />
      <main class="content" id="main">
        <Current />
      </main>
      <Help />
      <Notices />
      <Tip />
    </div>
  );
}
