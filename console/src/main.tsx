import {render} from 'preact';
import {startClock} from './clock';
import {startKeys} from './keys';
import {startLive} from './live/live';
import {startRouter} from './router';
import {begun, session, startSession} from './session';
import {Login} from './shell/login';
import {Shell} from './shell/shell';
import {startTheme} from './theme';

function App() {
  if (session.value) return <Shell />;
  return begun.value ? <Login /> : null;
}

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  startClock();
  startKeys();
  const known = startSession();
  startRouter();
  startLive();
  render(<App />, root);
  await known;
}

const root = document.getElementById('app');
if (root) void start(root);
