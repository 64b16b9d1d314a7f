import {useEffect, useRef} from 'preact/hooks';

// The words of what one points at or has the focus on: whatever has `data-tip`. One for the page,
// so that no box cuts it off.
export function Tip() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const show = ({target}: Event) => {
      const tip = box.current;
      const owner = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
      if (!tip) return;
      const words = owner?.dataset.tip;
      tip.hidden = !words;
      if (!owner || !words) return;
      tip.textContent = words;
      // An open dialog is above all that is not in it.
      const layer = owner.closest('dialog') ?? document.body;
      if (tip.parentElement !== layer) layer.append(tip);
      const place = owner.getBoundingClientRect();
      const own = tip.getBoundingClientRect();
      const left = Math.min(
        Math.max(8, place.left + (place.width - own.width) / 2),
        innerWidth - own.width - 8,
      );
      const below = place.bottom + 6 + own.height < innerHeight;
      tip.style.left = `${String(left)}px`;
      tip.style.top = `${String(below ? place.bottom + 6 : place.top - own.height - 6)}px`;
    };
    const hide = () => {
      if (box.current) box.current.hidden = true;
    };
    document.addEventListener('pointerover', show);
    document.addEventListener('focusin', show);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('keydown', hide);
    return () => {
      document.removeEventListener('pointerover', show);
      document.removeEventListener('focusin', show);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('keydown', hide);
    };
  }, []);
  return <div ref={box} class="tip" aria-hidden="true" hidden />;
}
