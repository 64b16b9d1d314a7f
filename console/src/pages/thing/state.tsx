import {useEffect, useRef, useState} from 'preact/hooks';
import {useKey} from '../../keys';
import {useFollow} from '../../live/live';
import {formatRoute, go, route} from '../../router';
import {isAdmin} from '../../session';
import {Button} from '../../ui/button';
import {Empty} from '../../ui/empty';
import {Icon} from '../../ui/icon';
import {JsonView} from '../../ui/json_view';
import {later} from '../../ui/later';
import {Tabs, tabId} from '../../ui/tabs';
import {Time} from '../../ui/time';
import type {Json, ShadowFrame} from '../../wire';
import {Remove} from './remove';
import {newest} from './tree';
import {TreeTable} from './tree_table';
import {WhoBy} from './who';

const Edit = later(() => import('./edit').then((module) => module.Edit));

const views = [
  {key: 'table', words: 'Table'},
  {key: 'json', words: 'JSON'},
];

function addressOf(more: Record<string, string | undefined>): string {
  return formatRoute('things', route.value.rest, {...route.value.query, ...more});
}

function NoShadow({thing, name, onEdit}: {thing: string; name: string; onEdit: () => void}) {
  const words = name ? `There is no shadow ${name} yet` : 'There is no classic shadow yet';
  const flag = name ? ` --name ${name}` : '';
  return (
    <Empty title={words} command={`shadowctl shadow update ${thing}${flag} --desired power=on`}>
      <p>It is made by the first update, of a device or an application.</p>
      {isAdmin.value && (
        <Button kind="main" keys="e" onClick={onEdit}>
          Write one
        </Button>
      )}
    </Empty>
  );
}

function Latest({latest, updated}: {latest: ShadowFrame; updated: number | undefined}) {
  const {document, by, skipped} = latest;
  if (!document) return null;
  // A document's own timestamp is of when it was asked for.
  const written = newest([document.metadata?.desired ?? {}, document.metadata?.reported ?? {}]);
  const at = Math.max(written ?? 0, updated ?? 0) || undefined;
  return (
    <p class="latest">
      <span class="number">Version {document.version}</span>
      <span class="faint">
        {' '}
        · <Time at={at} focusable /> <WhoBy who={by} />
        {skipped ? ` · ${String(skipped)} overtaken` : ''}
      </span>
    </p>
  );
}

interface Props {
  thing: string;
  name: string;
  updated: number | undefined; // when its latest version was made, as far as it is known
}

// One shadow, live. `edit` in the address opens the editor, so that a link can.
export function State({thing, name, updated}: Props) {
  const [latest, setLatest] = useState<ShadowFrame | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const [isRemoving, setRemoving] = useState(false);
  const {view: wanted, edit} = route.value.query;
  const view = wanted === 'json' ? 'json' : 'table';
  const isEditing = edit !== undefined && isAdmin.value && latest !== undefined;
  const setEditing = (on: boolean) => go(addressOf({edit: on ? '1' : undefined}), !on);

  useFollow(
    {what: 'shadow', thing, name},
    {
      frame: (frame) => {
        setFailed('');
        setLatest(frame);
      },
      error: setFailed,
    },
  );
  useKey('e', 'edit the shadow', () => setEditing(true), isAdmin.value && !isEditing);
  // Who leaves the editor is where he came from.
  const box = useRef<HTMLDivElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing) box.current?.querySelector('button')?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  if (failed)
    return (
      <p class="problem" role="alert">
        {failed}
      </p>
    );
  if (!latest) return null;
  if (isEditing)
    return <Edit thing={thing} name={name} latest={latest} onClose={() => setEditing(false)} />;
  if (!latest.document)
    return <NoShadow thing={thing} name={name} onEdit={() => setEditing(true)} />;
  return (
    <>
      <div class="bar">
        <Tabs
          small
          label="View"
          tabs={views}
          current={view}
          panel="shadow-view"
          onChoose={(key) => go(addressOf({view: key === 'json' ? 'json' : undefined}), true)}
        />
        <Latest latest={latest} updated={updated} />
        {isAdmin.value && (
          <div class="bar-end" ref={box}>
            <Button keys="e" tip="Edit" onClick={() => setEditing(true)}>
              <Icon name="edit" />
              Edit
            </Button>
            <Button kind="quiet" onClick={() => setRemoving(true)}>
              <Icon name="trash" />
              Delete
            </Button>
          </div>
        )}
      </div>
      <div id="shadow-view" role="tabpanel" aria-labelledby={tabId('shadow-view', view)}>
        {view === 'table' ? (
          <TreeTable document={latest.document} />
        ) : (
          <JsonView value={latest.document as unknown as Json} label="The document" />
        )}
      </div>
      {isRemoving && <Remove thing={thing} name={name} onClose={() => setRemoving(false)} />}
    </>
  );
}
