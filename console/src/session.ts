// Who is logged in. The cookie is the browser's affair; the CSRF token, which each request needs
// besides, is held in memory and in sessionStorage, so that it outlives a reload and is this tab's
// own. A new tab asks the others for it.
import {computed, signal} from '@preact/signals';
import {address, Refused, send} from './http';
import type {Session} from './wire';

const kept = 'shadow-csrf';
const path = ['_shadow', 'v1', 'session'];
const askMs = 300;

export const session = signal<Session | undefined>(undefined);
export const begun = signal(false); // it is known whether there is one
export const whyOut = signal(''); // why one has to log in again
export const isAdmin = computed(() => session.value?.role === 'admin');

const tabs =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('shadow-console');

type Said = {ask: true} | {csrf: string} | {over: true};

// What `#token=…` says, which is at once taken out of the address.
function tokenOfAddress(): string | undefined {
  const token = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return decodeURIComponent(token);
}

function begin(got: Session): void {
  sessionStorage.setItem(kept, got.csrf);
  whyOut.value = '';
  session.value = got;
}

export function over(why: string): void {
  if (session.value) whyOut.value = why;
  sessionStorage.removeItem(kept);
  session.value = undefined;
}

async function resume(csrf: string | null | undefined): Promise<boolean> {
  if (!csrf) return false;
  try {
    begin((await send('GET', address(path), csrf)) as Session);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 0) throw error;
    return false;
  }
}

function askTabs(): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (!tabs) {
      resolve(undefined);
      return;
    }
    const hear = ({data}: MessageEvent<Said>) => {
      if ('csrf' in data) done(data.csrf);
    };
    const done = (csrf?: string) => {
      clearTimeout(timer);
      tabs.removeEventListener('message', hear);
      resolve(csrf);
    };
    const timer = setTimeout(done, askMs);
    tabs.addEventListener('message', hear);
    tabs.postMessage({ask: true} satisfies Said);
  });
}

function answerTabs({data}: MessageEvent<Said>): void {
  if ('ask' in data && session.value) tabs?.postMessage({csrf: session.value.csrf} satisfies Said);
  if ('over' in data) over('You have logged out in another tab.');
}

// Throws Refused: 401 it is not right, 429 wait for `retryAfter` seconds.
export async function logIn(
  how: {token: string} | {name: string; password: string},
): Promise<void> {
  begin((await send('POST', address(path), undefined, how)) as Session);
}

export async function logOut(): Promise<void> {
  const csrf = session.value?.csrf;
  over('');
  whyOut.value = '';
  tabs?.postMessage({over: true} satisfies Said);
  await send('DELETE', address(path), csrf).catch(() => undefined);
}

// Whether the session still stands, where something else than an answer raises the doubt.
export async function checkSession(): Promise<void> {
  const csrf = session.value?.csrf;
  if (!csrf) return;
  if (!(await resume(csrf).catch(() => true))) over('Your session is over. Log in to go on.');
}

// A new address with a token, given to a page that is open already.
async function tokenCame(): Promise<void> {
  const token = tokenOfAddress();
  if (token !== undefined) await logIn({token}).catch(() => undefined);
}

export async function startSession(): Promise<void> {
  tabs?.addEventListener('message', answerTabs);
  addEventListener('hashchange', () => void tokenCame());
  const token = tokenOfAddress();
  try {
    if (token !== undefined) await logIn({token});
    else if (!(await resume(sessionStorage.getItem(kept)))) await resume(await askTabs());
  } catch (error) {
    whyOut.value =
      error instanceof Refused && error.status === 401
        ? 'That address is of an earlier start of shadowd. Get a new one: shadowctl console'
        : error instanceof Error
          ? error.message
          : String(error);
  }
  begun.value = true;
}
