import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {Editor, type Mark} from '../../editor/editor';
import {useKey} from '../../keys';
import {guardLeaving} from '../../router';
import {Button} from '../../ui/button';
import {JsonView} from '../../ui/json_view';
import {notice} from '../../ui/notice';
import {Tabs, tabId} from '../../ui/tabs';
import type {Check, ShadowDocument, ShadowFrame} from '../../wire';
import {many} from '../../words';
import {baseOf, read, type SectionName, textsOf, type Wrong} from './draft';
import {MergeView} from './merge_view';
import {save} from './save';
import type {Sections} from './patch';
import {placeOf} from './place';
import {useCheck} from './use_check';
import {WhoBy} from './who';

const sections = [
  {key: 'desired', words: 'desired'},
  {key: 'reported', words: 'reported, as the device'},
];

const discard = 'What you have written is not saved. Leave it?';

function marksOf(
  section: SectionName,
  text: string,
  wrong: Wrong | undefined,
  checked: Check | undefined,
): Mark[] {
  if (wrong)
    return wrong.section === section
      ? [{from: wrong.at, to: wrong.at + 1, message: wrong.message}]
      : [];
  if (!checked || !('rejected' in checked) || checked.code === 409) return [];
  return [{...placeOf(checked.rejected.message, text), message: checked.rejected.message}];
}

function Meter({checked}: {checked: Check | undefined}) {
  if (!checked || !('accepted' in checked)) return <p class="meter faint">&nbsp;</p>;
  const {bytes, bytesMax} = checked;
  return (
    <p class="meter number">
      <meter
        aria-label="Bytes of the limit"
        min={0}
        max={bytesMax}
        value={bytes}
        high={bytesMax * 0.9}
        low={bytesMax * 0.75}
        optimum={0}
      />
      {many(bytes)} of {many(bytesMax)} bytes
    </p>
  );
}

interface SideProps {
  wrong: Wrong | undefined;
  checked: Check | undefined;
  failed: string;
  hasUpdate: boolean;
}

// What is known of the draft: a mistake, or what a device would get.
function Side({wrong, checked, failed, hasUpdate}: SideProps) {
  const refusal =
    checked && 'rejected' in checked && checked.code !== 409 ? checked.rejected : undefined;
  const words = wrong?.message ?? refusal?.message ?? failed;
  return (
    <aside class="edit-side" aria-label="What it would do">
      <p class={words ? 'edit-verdict bad-text' : 'edit-verdict faint'} role="status">
        {words || (hasUpdate ? 'AWS would take it.' : 'Nothing is changed yet.')}
        {refusal && <span class="faint"> ({refusal.code})</span>}
      </p>
      <h2 class="part">The device would get</h2>
      {checked && 'accepted' in checked && hasUpdate && checked.delta ? (
        <JsonView value={checked.delta.state} label="The delta" />
      ) : (
        <p class="faint">
          {hasUpdate && !words ? 'no delta: desired and reported agree' : 'nothing'}
        </p>
      )}
    </aside>
  );
}

interface Props {
  thing: string;
  name: string;
  latest: ShadowFrame; // goes on while one writes
  onClose: () => void;
}

export function Edit({thing, name, latest, onClose}: Props) {
  const [base, setBase] = useState(() => baseOf(latest.document));
  const [texts, setTexts] = useState(() => textsOf(base.sections));
  const [section, setSection] = useState<SectionName>('desired');
  const [theirs, setTheirs] = useState<{document: ShadowDocument | null} | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const [round, setRound] = useState(0); // another one, another text in the editor
  const isBusy = useRef(false);

  const draft = useMemo(() => read(base, texts), [base, texts]);
  const question = draft.wrong ? undefined : (draft.update ?? {state: {}, version: base.version});
  const {checked, failed: notChecked} = useCheck(thing, name, theirs ? undefined : question);
  const isDirty = draft.wrong !== undefined || draft.update !== undefined;
  const hasMoved = (latest.document?.version ?? 0) !== base.version;

  useEffect(() => {
    if (!isDirty) return undefined;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    guardLeaving(() => confirm(discard));
    addEventListener('beforeunload', stay);
    return () => {
      guardLeaving(undefined);
      removeEventListener('beforeunload', stay);
    };
  }, [isDirty]);

  const done = () => {
    guardLeaving(undefined);
    onClose();
  };
  const write = async (update: typeof draft.update) => {
    if (!update || isBusy.current) return;
    isBusy.current = true;
    const saved = await save(thing, name, update);
    isBusy.current = false;
    setFailed('failed' in saved ? saved.failed : '');
    if ('theirs' in saved) setTheirs({document: saved.theirs});
    if ('version' in saved) {
      notice(`Saved as version ${String(saved.version)}.`);
      done();
    }
  };
  const merged = (result: Sections, isSaved: boolean) => {
    if (!theirs) return;
    const next = baseOf(theirs.document);
    const text = textsOf(result);
    setBase(next);
    setTexts(text);
    setTheirs(undefined);
    setRound(round + 1);
    if (isSaved) void write(read(next, text).update ?? {state: {}, version: next.version});
  };
  const cancel = () => {
    if (!isDirty || confirm(discard)) done();
  };
  useKey('Escape', 'leave the editor', cancel);

  if (theirs && draft.sections)
    return (
      <MergeView
        base={base}
        theirs={theirs.document}
        ours={draft.sections}
        by={latest.document?.version === theirs.document?.version ? latest.by : undefined}
        onDone={merged}
        onBack={() => setTheirs(undefined)}
      />
    );
  return (
    <div class="edit">
      <div class="bar">
        <Tabs
          small
          label="Section"
          tabs={sections}
          current={section}
          panel="edit-panel"
          onChoose={(key) => setSection(key as SectionName)}
        />
        <Meter checked={checked} />
        <div class="bar-end">
          <Button keys="Escape" tip="Leave the editor" onClick={cancel}>
            Cancel
          </Button>
          <Button
            kind="main"
            tip="Save (Ctrl+S)"
            disabled={!draft.update}
            onClick={() => void write(draft.update)}
          >
            Save
          </Button>
        </div>
      </div>
      {hasMoved && (
        <p class="moved-on">
          <span>
            {latest.document
              ? `Version ${String(latest.document.version)} has come meanwhile`
              : 'It was deleted meanwhile'}{' '}
            <WhoBy who={latest.by} />
          </span>
          {draft.sections && (
            <Button onClick={() => setTheirs({document: latest.document})}>Merge with it</Button>
          )}
        </p>
      )}
      {failed && (
        <p class="problem" role="alert">
          Not saved: {failed}
        </p>
      )}
      <div class="edit-main">
        <div
          id="edit-panel"
          role="tabpanel"
          aria-labelledby={tabId('edit-panel', section)}
          class="edit-text"
        >
          <Editor
            key={`${section} ${String(round)}`}
            label={section}
            text={texts[section]}
            onChange={(text) => setTexts((old) => ({...old, [section]: text}))}
            onSave={() => void write(draft.update)}
            marks={marksOf(section, texts[section], draft.wrong, checked)}
          />
        </div>
        <Side
          wrong={draft.wrong}
          checked={checked}
          failed={notChecked}
          hasUpdate={draft.update !== undefined}
        />
      </div>
    </div>
  );
}
