import {useEffect, useRef} from 'preact/hooks';

import {theme} from '../../theme';
import {useMedia} from '../../ui/size';
import type {Sample} from '../../wire';
import type {ChartPlan} from './charts';
import type {Plot} from './plot';
import {columns, summary} from './window';

// A chart with what it shows in words, and its lines' latest values beside their names.
export function Chart({plan, samples}: {plan: ChartPlan; samples: readonly Sample[]}) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Plot | null>(null);
  const data = columns(
    samples,
    plan.lines.map(({read}) => read),
  );
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    let isGone = false;
    void import('./plot').then(({plot}) => {
      if (!isGone && place.current) drawn.current = plot(place.current, plan, latest.current);
    });
    return () => {
      isGone = true;
      drawn.current?.end();
      drawn.current = null;
    };
  }, [plan]);
  useEffect(() => drawn.current?.show(data), [samples]);
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const chosen = theme.value;
  useEffect(() => drawn.current?.recolour(), [isDark, chosen]);
  return (
    <figure class="chart">
      <figcaption>
        <h2>{plan.title}</h2>
        <ul class="chart-lines">
          {plan.lines.map(({words, tone, dash, read}) => (
            <li key={words}>
              <svg class={`chart-key ${tone}`} width="20" height="8" aria-hidden="true">
                <line x1="0" y1="4" x2="20" y2="4" stroke-dasharray={dash?.join(' ')} />
              </svg>
              {words} <strong class="number">{latestText(plan, samples, read)}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} class="chart-plot" role="img" aria-label={inWords(plan, samples)} />
    </figure>
  );
}

function latestText(
  {unit}: ChartPlan,
  samples: readonly Sample[],
  read: ChartPlan['lines'][number]['read'],
): string {
  const value = samples.at(-1) && read(samples.at(-1) as Sample);
  return value === undefined ? '–' : unit(value);
}

function inWords({title, lines, unit}: ChartPlan, samples: readonly Sample[]): string {
  const parts = lines.map(({words, read}) => {
    const all = summary(samples, read);
    if (all === null) return `${words}: not known`;
    return `${words}: latest ${unit(all.latest)}, ${unit(all.least)} to ${unit(all.most)}`;
  });
  return `${title}, last ten minutes. ${parts.join('. ')}.`;
}
