import {useMemo, useState} from 'preact/hooks';
import {Editor} from '../../editor/editor';
import {printJson, same} from '../../json/json';
import {useKey} from '../../keys';
import {Button} from '../../ui/button';
import type {Json, ShadowDocument, Who} from '../../wire';
import type {Base, SectionName} from './draft';
import {type Conflict, keyOf, merge, type Side, settle, type Taken} from './merge';
import {sectionNames, type Sections, sectionsOf} from './patch';
import {pathText} from './tree';
import {whoText} from './who';

interface Props {
  base: Base;
  theirs: ShadowDocument | null; // what it is now
  ours: Sections;
  by: Who | undefined; // who made it so, if that is known
  onDone: (result: Sections, isSaved: boolean) => void;
  onBack: () => void;
}

const valueText = (value: Json | undefined) => (value === undefined ? 'nothing' : printJson(value));

function Choice(props: {
  section: SectionName;
  conflict: Conflict;
  chosen: Side | undefined;
  onChoose: (side: Side) => void;
}) {
  const {section, conflict, chosen, onChoose} = props;
  const path = pathText([section, ...conflict.path]);
  return (
    <fieldset class="choice">
      <legend>
        <code>{path}</code> <span class="faint">was {valueText(conflict.base)}</span>
      </legend>
      {(['theirs', 'ours'] as const).map((side) => (
        <label key={side} class="check">
          <input
            type="radio"
            name={path}
            checked={chosen === side}
            onChange={() => onChoose(side)}
          />
          <span>{side === 'theirs' ? 'theirs' : 'yours'}</span>
          <code>{valueText(conflict[side])}</code>
        </label>
      ))}
    </fieldset>
  );
}

function TakenLine({
  section,
  taken: {path, side, before, after},
}: {
  section: SectionName;
  taken: Taken;
}) {
  return (
    <li>
      <span class="faint">{side === 'theirs' ? 'theirs' : 'yours'}</span>{' '}
      <code>{pathText([section, ...path])}</code>{' '}
      <code class="faint">
        {valueText(before)} → {valueText(after)}
      </code>
    </li>
  );
}

// The shadow has moved on since the draft began. What one side alone has changed is merged, the
// rest is asked; then it can be saved, for the version that is merged with.
export function MergeView({base, theirs, ours, by, onDone, onBack}: Props) {
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const now = useMemo(() => sectionsOf(theirs?.state), [theirs]);
  const merges = useMemo(
    () =>
      sectionNames.map((section) => ({
        section,
        merged: merge(base.sections[section], now[section], ours[section]),
      })),
    [base, now, ours],
  );
  const choicesOf = (section: SectionName) =>
    new Map(
      [...choices].flatMap(([key, side]) =>
        key.startsWith(`${section} `) ? [[key.slice(section.length + 1), side]] : [],
      ),
    );
  const result = sectionsOf(undefined);
  for (const {section, merged} of merges) result[section] = settle(merged, choicesOf(section));
  const open = merges.flatMap(({section, merged}) =>
    merged.conflicts.filter(({path}) => !choices.has(`${section} ${keyOf(path)}`)),
  ).length;
  const taken = merges.flatMap(({section, merged}) => merged.taken.map((one) => ({section, one})));
  const conflicts = merges.flatMap(({section, merged}) =>
    merged.conflicts.map((one) => ({section, one})),
  );
  const who = by ? whoText(by) : '';
  useKey('Escape', 'back to the editor', onBack);
  return (
    <section class="merge" aria-label="Merge">
      <div class="bar">
        <h2>
          {theirs ? `It is version ${String(theirs.version)} by now` : 'It was deleted meanwhile'}
        </h2>
        <p class="faint">
          You began with {base.version ? `version ${String(base.version)}` : 'none'}
          {who && `; the latest change is of ${who}`}.
        </p>
        <div class="bar-end">
          <Button keys="Escape" onClick={onBack}>
            Back
          </Button>
          <Button disabled={open > 0} onClick={() => onDone(result, false)}>
            Edit the result
          </Button>
          <Button kind="main" disabled={open > 0} onClick={() => onDone(result, true)}>
            Save the result
          </Button>
        </div>
      </div>
      {conflicts.length > 0 && (
        <div class="choices">
          <h2 class="part">Changed on both sides: which shall it be?</h2>
          {conflicts.map(({section, one}) => {
            const key = `${section} ${keyOf(one.path)}`;
            return (
              <Choice
                key={key}
                section={section}
                conflict={one}
                chosen={choices.get(key)}
                onChoose={(side) => setChoices(new Map(choices).set(key, side))}
              />
            );
          })}
        </div>
      )}
      {taken.length > 0 && (
        <div>
          <h2 class="part">Merged without asking</h2>
          <ul class="taken">
            {taken.map(({section, one}) => (
              <TakenLine key={`${section} ${keyOf(one.path)}`} section={section} taken={one} />
            ))}
          </ul>
        </div>
      )}
      {sectionNames.map((section) => {
        if (same(now[section], result[section])) return null;
        const text = printJson(result[section], 2);
        return (
          <div key={section}>
            <h2 class="part">What would change in {section}</h2>
            <Editor
              key={text}
              label={`${section}, merged`}
              text={text}
              before={printJson(now[section], 2)}
            />
          </div>
        );
      })}
    </section>
  );
}
