import {useEffect, useState} from 'preact/hooks';

// Whether a media query holds, kept up.
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const tell = () => setHolds(media.matches);
    tell();
    media.addEventListener('change', tell);
    return () => media.removeEventListener('change', tell);
  }, [query]);
  return holds;
}

export const usePhone = () => useMedia('(max-width: 48rem)');

// Pixels of `rem`, as the reader has set the size of type.
export function pixels(rem: number): number {
  return rem * parseFloat(getComputedStyle(document.documentElement).fontSize);
}
