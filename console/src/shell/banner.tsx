// What every page has at its top while something holds that one should not forget. The link to the
// broker is the first of these.
import {hello, way} from '../live/live';

export function Banner() {
  if (way.value !== 'lost') return null;
  const words = hello.value
    ? 'The connection to shadowd is lost. What is shown is as it was; it is being tried again.'
    : 'shadowd cannot be reached. It is being tried again.';
  return (
    <div class="banner bad" role="status">
      {words}
    </div>
  );
}
