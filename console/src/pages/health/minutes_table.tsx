import type {Sample} from '../../wire';
import {exact} from '../../words';
import {CHARTS} from './charts';
import {minutes} from './window';

const LINES = CHARTS.flatMap(({title, unit, lines}) =>
  lines.map(({words, read}) => ({words: `${title}: ${words}`, read, unit})),
);

// The same as the charts, as numbers: the greatest of each minute.
export function MinutesTable({samples}: {samples: readonly Sample[]}) {
  const rows = minutes(
    samples,
    LINES.map(({read}) => read),
  );
  return (
    <div class="health-table" tabIndex={0} role="region" aria-label="The last minutes in numbers">
      <table>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            {LINES.map(({words}) => (
              <th key={words} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({at, values}) => (
            <tr key={at}>
              <th scope="row">{exact(at / 1000).slice(11, 16)}</th>
              {values.map((value, i) => (
                <td key={LINES[i]?.words} class="number">
                  {value === null ? '–' : LINES[i]?.unit(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
