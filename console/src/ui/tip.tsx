import {useEffect, useRef} from 'preact/hooks';
import {now} from '../clock';
import {age, exact} from '../words';

const id = 'tip';

// `data-at`, seconds since 1970, is told as age and exact time; `data-tip` is said before it.
function wordsOf({tip, at}: DOMStringMap): string {
  const time = at === undefined ? '' : `${age(Number(at), now.value / 1000)}, ${exact(Number(at))}`;
  return [tip ?? '', time].filter(Boolean).join(' ');
}

// The words of what one points at or has the focus on: whatever has `data-tip` or `data-at`. One
// for the page, so that no box cuts it off.
export function Tip() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let described: HTMLElement | undefined;
    const hide = () => {
      if (box.current) box.current.hidden = true;
      described?.removeAttribute('aria-describedby');
      described = undefined;
    };
    const show = ({target, type}: Event) => {
      hide();
      const tip = box.current;
      const owner =
        target instanceof Element ? target.closest<HTMLElement>('[data-tip], [data-at]') : null;
      const words = owner ? wordsOf(owner.dataset) : '';
      if (!tip || !owner || !words) return;
      tip.textContent = words;
      tip.hidden = false;
      // An open dialog is above all that is not in it.
      const layer = owner.closest('dialog') ?? document.body;
      if (tip.parentElement !== layer) layer.append(tip);
      if (type === 'focusin' && words !== owner.getAttribute('aria-label')) {
        owner.setAttribute('aria-describedby', id);
        described = owner;
      }
      const place = owner.getBoundingClientRect();
      const own = tip.getBoundingClientRect();
      const middle = place.left + (place.width - own.width) / 2;
      const isRoom = place.bottom + 6 + own.height < innerHeight;
      tip.style.left = `${String(Math.min(Math.max(8, middle), innerWidth - own.width - 8))}px`;
      tip.style.top = `${String(isRoom ? place.bottom + 6 : place.top - own.height - 6)}px`;
    };
    const shows = ['pointerover', 'focusin'];
    const hides = ['focusout', 'pointerdown', 'keydown', 'scroll'];
    for (const type of shows) document.addEventListener(type, show);
    for (const type of hides) document.addEventListener(type, hide, true);
    return () => {
      for (const type of shows) document.removeEventListener(type, show);
      for (const type of hides) document.removeEventListener(type, hide, true);
    };
  }, []);
  return <div ref={box} id={id} class="tip" role="tooltip" hidden />;
}
