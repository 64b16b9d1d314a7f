import {useState} from 'preact/hooks';
import {Refused} from '../http';
import {logIn, whyOut} from '../session';
import {Button} from '../ui/button';
import {Command} from '../ui/copy';

function wordsOf(error: unknown): string {
  if (!(error instanceof Refused)) return String(error);
  if (error.status === 401) return 'That name and password are not right.';
  if (error.status !== 429) return error.message;
  return `Too many were wrong. Try again in ${String(Math.max(1, error.retryAfter))} s.`;
}

export function Login() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setWords('');
    try {
      await logIn({name, password});
    } catch (error) {
      setWords(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form class="login-form" onSubmit={(event) => void submit(event)}>
        <h1>Shadow console</h1>
        <label class="field">
          <span>Name</span>
          <input
            name="name"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Password</span>
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <p class="login-why" role="status">
          {words || whyOut.value}
        </p>
        <Button type="submit" kind="main" disabled={busy}>
          Log in
        </Button>
      </form>
      <section class="login-token" aria-label="Without a password">
        <p>On the machine that shadowd runs on, this prints an address that lets you in:</p>
        <Command text="shadowctl console" />
      </section>
    </main>
  );
}
