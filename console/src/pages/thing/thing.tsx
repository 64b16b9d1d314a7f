import {route} from '../../router';

export function ThingPage() {
  return (
    <div class="page">
      <h1>{route.value.rest[0]}</h1>
    </div>
  );
}
