import type {Who} from '../../wire';

// Who made a change, in words: a user of the console, a client, or who signed.
export function whoText({way, clientId, principal}: Who): string {
  if (way === 'console') return principal ? `${principal}, in the console` : 'the console';
  if (way === 'admin') return 'the admin socket';
  if (clientId) return clientId;
  if (principal) return principal.length > 20 ? `${principal.slice(0, 12)}…` : principal;
  return way ? `somebody over ${way}` : '';
}

export function WhoBy({who}: {who: Who | undefined}) {
  const words = who ? whoText(who) : '';
  if (!who || !words) return null;
  const more = [
    who.way && `over ${who.way}`,
    who.principal && `as ${who.principal}`,
    who.address && `from ${who.address}`,
  ].filter(Boolean);
  return (
    <span class="who-by" data-tip={more.join(' ') || undefined}>
      {words}
    </span>
  );
}
